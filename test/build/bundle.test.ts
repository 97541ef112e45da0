import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bundle, bundleHandler } from '../../build/bundle.ts';
import { routes } from '../../lambda/api/routes.ts';
import { TABLE_ENTRIES } from '../../lambda/core/dynamo/tables.ts';

const MAX_BYTES = 240 * 1024;
/** What the function must be told to start at all. */
const ENV = { AWS_REGION: 'eu-west-1', TIMESTAMPS_TABLE: 'Timestamps', PEOPLE_TABLE: 'People' };

describe('the bundle', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundleHandler();
  });

  it('loads at most 240 KB for a first request, the SDK included', () => {
    expect(bundle.bytes).toBeGreaterThanOrEqual(readFileSync(bundle.file).length);
    expect(bundle.bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('has each of its parts beside it', async () => {
    const folder = dirname(bundle.file);
    expect(bundle.parts.map((file) => dirname(file))).toEqual(bundle.parts.map(() => folder));
    // Each of them imports what the entry starts with.
    for (const [name, value] of Object.entries(ENV)) vi.stubEnv(name, value);
    await Promise.all(bundle.parts.map((file) => import(pathToFileURL(file).href)));
    vi.unstubAllEnvs();
  });

  it('loads one file for a first request, beside the entry, however many there are', () => {
    const importsOf = (file: string) =>
      readFileSync(file, 'utf8').match(/\bfrom"\.\/[^"]+"|^import"\.\/[^"]+"/gm) ?? [];
    expect(bundle.parts.length).toBeGreaterThan(10);
    const [first, ...others] = importsOf(bundle.file);
    expect(others).toEqual([]);
    const name = /part-\w+\.mjs/.exec(first ?? '')?.[0] ?? '';
    expect(importsOf(join(dirname(bundle.file), name))).toEqual([]);
  });

  it('has nothing of what the contract says of endpoints, or alarms of tables', () => {
    const text = [bundle.file, ...bundle.parts].map((file) => readFileSync(file, 'utf8')).join('\n');
    for (const [, { impact, name }] of TABLE_ENTRIES) {
      expect(text).not.toContain(impact);
      expect(text).toContain(`"${name}"`);
    }
    const summaries = routes.map(({ endpoint }) => endpoint.operation?.summary ?? 'none');
    expect(summaries).not.toContain('none');
    expect(summaries.filter((summary) => text.includes(summary))).toEqual([]);
  });

  it('answers by itself: it imports nothing that it does not hold', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
    cpSync(dirname(bundle.file), folder, { recursive: true });
    const script = `const { handler } = await import('./handler.mjs');
const { statusCode } = await handler({ httpMethod: 'GET', path: '/health' }, { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 });
process.exit(statusCode === 200 ? 0 : 1);`;
    const { status, stderr } = spawnSync(process.execPath, ['--eval', script], {
      cwd: folder,
      env: ENV,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect([stderr, status]).toEqual(['', 0]);
  });
});
