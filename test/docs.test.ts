/** Whether what the documents say of the repository, and of each other, is so. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FOLDERS = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'test/lib/reachability/README.md',
];

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The cells of the rows of a table of Markdown that follows a text. */
function tableAfter(file: string, start: string): string[][] {
  const [, after = ''] = textOf(file).split(start);
  const [table = ''] = /(^\|.*\n)+/m.exec(after) ?? [];
  const rows = table.trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(/[`*]/g, '')),
  );
}

function dollars(cell: string): number {
  return Number(/^\$([\d.]+)$/.exec(cell)?.[1] ?? 0);
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s names files and folders that are there', (file) => {
    const text = textOf(file);
    const named = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)]
      .map(([, path = '']) => path)
      // Words in capitals stand for a name that is the reader's; what a build makes is not always there.
      .filter((path) => FOLDERS.includes(path.split('/')[0] ?? '') && !/\b[A-Z]{3,}/.test(path))
      .filter((path) => !/^(dist|node_modules|release|cdk\.out|\.rollcall)\//.test(path));
    const isThere = (path: string) =>
      existsSync(join(ROOT, path)) ||
      // Decisions are called by their numbers.
      (/^docs\/adr\/\d{4}$/.test(path) &&
        readdirSync(join(ROOT, 'docs/adr')).some((name) => path.endsWith(name.slice(0, 4))));
    expect(named.filter((path) => !isThere(path))).toEqual([]);
    const links = [...text.matchAll(/\]\((?!\w+:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !existsSync(join(ROOT, dirname(file), target)))).toEqual([]);
  });

  const [head = [], , ...rows] = tableAfter('docs/architecture.md', '## What it costs when idle');
  const stages = head.slice(1);
  const together = rows.at(-1) ?? [];
  const sumOf = (stage: string) =>
    rows.slice(0, -1).reduce((sum, row) => sum + dollars(row[head.indexOf(stage)] ?? ''), 0);

  it.each(stages)('add up what %s costs when it is idle, and say the same of it everywhere', (stage) => {
    expect(together[head.indexOf(stage)]).toBe(`about $${Math.round(sumOf(stage))}`);
    const idle = tableAfter('docs/cost.md', '## The stages').find(([name]) => name === stage)?.[1];
    expect(idle).toBe(sumOf(stage).toFixed(2));
    const alarms = rows.find(([what]) => what?.startsWith('Alarms')) ?? [];
    const slo = tableAfter('docs/slo.md', 'The first 10 metrics')
      .find(([name]) => name === stage)
      ?.at(-1);
    expect(alarms[head.indexOf(stage)]).toBe(slo);
  });

  it('know three stages whose costs when idle differ', () => {
    expect(stages).toEqual(['poc', 'serverless', 'prod']);
  });
});
