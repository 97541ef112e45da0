import { type Fate, fateOf, type SynthesisedStack } from '../shared/resource-fate.ts';

/** The types that hold data, which are named one by one; of the rest, the numbers say enough. */
const STATEFUL = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
];

/**
 * The resources that a destroy of the stage deletes, those that it keeps and why: a block of lines a stack, and one in
 * the end.
 *
 * @param stacks in the order in which they are deployed
 */
export function describeDestroy(stage: string, stacks: readonly SynthesisedStack[]): string {
  // What is deployed last goes first.
  const plans = stacks.toReversed().map((stack) => {
    const fates = Object.keys(stack.resources).map((id) => fateOf(stack, id));
    return { stack, deleted: fates.filter(isDeleted), kept: fates.filter((fate) => !isDeleted(fate)) };
  });
  const blocks = plans.map(({ stack, deleted, kept }) =>
    [
      `${stack.name}: deletes ${counted(deleted.length, 'resource')}, keeps ${kept.length === 0 ? 'nothing' : kept.length}`,
      ...(stack.terminationProtection ? ['  termination protection is on: until it is off, destroy is refused'] : []),
      ...linesOf(deleted),
      ...kept.map(({ type, path, reasons }) => `  kept: ${type} ${path}: ${reasons.join('; ')}`),
    ].join('\n'),
  );
  const deleted = plans.flatMap((plan) => plan.deleted).length;
  const kept = plans.flatMap((plan) => plan.kept).length;
  const isRefused = stacks.some(({ terminationProtection }) => terminationProtection);
  const summary = [
    `Destroying stage ${stage} deletes ${counted(deleted, 'resource')} of ${counted(stacks.length, 'stack')}`,
    kept === 0 ? 'Nothing is kept' : `Kept: ${counted(kept, 'resource')}, as said above`,
    ...(isRefused ? ['It is refused as long as termination protection is on'] : []),
  ];
  return [...blocks, `${summary.join('. ')}.`].join('\n\n');
}

/** Why a destroy of the stage is refused, and what to do; undefined when it is not. */
export function describeProtection(stage: string, stacks: readonly SynthesisedStack[]): string | undefined {
  const names = stacks.filter(({ terminationProtection }) => terminationProtection).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `Stage ${stage} is protected from being destroyed (termination protection of ${names.join(', ')}): set stages.${stage}.protectData to false in cdk.json, npm run deploy -- -c stage=${stage}, and try again.`;
}

function linesOf(fates: readonly Fate[]): string[] {
  const byType = Object.entries(Object.groupBy(fates, ({ type }) => type)).sort(([a], [b]) => (a < b ? -1 : 1));
  return byType.flatMap(([type, ofType = []]) => {
    const named = STATEFUL.includes(type) ? ofType : [];
    return [
      `  ${String(ofType.length).padStart(3)} ${type}`,
      ...named.map(({ path, note }) => `        ${path}${note === undefined ? '' : ` (${note})`}`),
    ];
  });
}

function isDeleted({ reasons }: Fate): boolean {
  return reasons.length === 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
