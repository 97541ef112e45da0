import { type Goal, isReached, type Row, ratio } from './results.ts';

const COLUMNS = ['measure', 'Rollcall', '(a) bare', '(b) usual', 'Rollcall/a', 'Rollcall/b'];
const ABSENT = '-';

/** The rows as text, one column under the other. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [COLUMNS, ...rows.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [head, ...body] = lines.map((cells) =>
    cells.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0)).join(' | '),
  );
  return [head, widths.map((width) => '-'.repeat(width)).join('-|-'), ...body].join('\n');
}

/** The goals as text, one a line, each with its verdict. */
export function formatGoals(goals: readonly Goal[]): string {
  return goals
    .map((goal) => {
      const { text, actual, limit, better } = goal;
      const wish = better === undefined ? '' : `; better ${better}: ${actual <= better ? 'reached' : 'not yet'}`;
      return `${isReached(goal) ? 'pass' : 'FAIL'}  ${text}: ${actual.toFixed(2)} (at most ${limit}${wish})`;
    })
    .join('\n');
}

function cellsOf({ measure, values, digits }: Row): string[] {
  const [rollcall, bare, usual] = values;
  const number = (value: number | undefined, decimals: number) => value?.toFixed(decimals) ?? ABSENT;
  const quotient = (other: number | undefined) => (other === undefined ? ABSENT : ratio(rollcall, other).toFixed(2));
  return [
    measure,
    number(rollcall, digits),
    number(bare, digits),
    number(usual, digits),
    quotient(bare),
    quotient(usual),
  ];
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
