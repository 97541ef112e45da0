/** The effect of a change on one stack, as `cdk diff` says it; undefined if its template stays the same. */
export interface StackChange {
  readonly stack: string;
  readonly diff: string | undefined;
}

/** The findings on both sides of a change. */
export interface Comparison {
  /** For each stage of either side, by its name. */
  readonly stages: Readonly<Record<string, readonly StackChange[]>>;
  /** The weight of the bundle: such as 233.9 KB. */
  readonly bundle: { readonly before: string; readonly after: string };
  /** The words of `npm run openapi:diff`. */
  readonly contract: string;
}

/** GitHub takes comments of up to 65,536 characters. */
const MAX_LENGTH = 60_000;

/** The report on a change, in Markdown. */
export function describeChange({ stages, bundle, contract }: Comparison): string {
  const blocks = Object.entries(stages).map(([stage, stacks]) => {
    const changed = stacks.filter(({ diff }) => diff !== undefined);
    if (changed.length === 0) return `**${stage}**: the templates stay the same.`;
    const names = changed.map(({ stack }) => stack).join(', ');
    const diffs = changed.map(({ stack, diff = '' }) => `${stack}\n${diff}`).join('\n\n');
    return `<details><summary><b>${stage}</b>: ${names}</summary>\n\n${fenced(diffs)}\n\n</details>`;
  });
  const report = [
    '## What this changes',
    `| | before | after |\n|---|---|---|\n| Bundle | ${bundle.before} | ${bundle.after} |`,
    '### Contract',
    fenced(contract),
    '### Stacks',
    ...blocks,
  ].join('\n\n');
  if (report.length <= MAX_LENGTH) return `${report}\n`;
  return `${report.slice(0, MAX_LENGTH)}\n\nThe rest is left out: it is too long.\n`;
}

/** As a block of code that nothing in it can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}
