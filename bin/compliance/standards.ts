import { HIPAASecurityChecks, type NagPack, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Acknowledgment, acknowledgmentsOf, type Finding, findingsOf } from './findings.ts';

/** The findings of a standard in a stage. */
export interface Result {
  readonly standard: string;
  readonly acknowledged: readonly Acknowledgment[];
  /** The findings that nobody has thought about. */
  readonly open: readonly Finding[];
}

/** The standards, and the packs of rules in which cdk-nag says what of them can be seen in a template. */
export const STANDARDS: readonly (readonly [name: string, prefix: string, pack: (scope: IConstruct) => NagPack])[] = [
  ['NIST 800-53 R5', 'NIST.800.53.R5-', (scope) => new NIST80053R5Checks(scope)],
  ['HIPAA Security', 'HIPAA.Security-', (scope) => new HIPAASecurityChecks(scope)],
  ['PCI DSS 3.2.1', 'PCI.DSS.321-', (scope) => new PCIDSS321Checks(scope)],
];

/** The findings of each standard below a construct that was synthesised. */
export function examine(scope: IConstruct): Result[] {
  const known = acknowledgmentsOf(scope);
  return STANDARDS.map(([standard, prefix, pack]) => ({
    standard,
    acknowledged: known.filter(({ rule }) => rule.startsWith(prefix)),
    open: findingsOf(pack(scope), scope),
  }));
}

/** A line for each standard, and below it one for each rule, with its reason; a line for each finding that is open. */
export function describeCompliance(stage: string, results: readonly Result[]): string {
  const blocks = results.map(({ standard, acknowledged, open }) => {
    const count = acknowledged.length + open.length;
    const byRule = Object.entries(Object.groupBy(acknowledged, ({ rule }) => rule.replace(/^.*-/, '')));
    return [
      `  ${standard}: ${count} findings, ${acknowledged.length} acknowledged, ${open.length} open`,
      ...byRule.map(([rule, of = []]) => `    ${String(of.length).padStart(3)} ${rule}: ${of[0]?.reason}`),
      ...open.map(({ rule, path }) => `    open: ${rule} on ${path}`),
    ].join('\n');
  });
  return [`Stage ${stage}`, ...blocks].join('\n');
}

/** Why the stages do not comply, if they do not: what makes `npm run compliance` fail. */
export function whatIsOpen(results: readonly Result[]): string | undefined {
  const count = results.flatMap(({ open }) => open).length;
  if (count === 0) return undefined;
  return `${count} finding${count === 1 ? ' is' : 's are'} neither fixed nor acknowledged: see lib/compliance.ts.`;
}
