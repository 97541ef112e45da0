import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleHandler } from '../../build/bundle.ts';
import { routes } from '../../lambda/api/routes.ts';

const MAX_BYTES = 250 * 1024;

describe('the bundle', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundleHandler();
  });

  it('is one file of at most 250 KB, the SDK included', () => {
    expect(bundle.bytes).toBe(readFileSync(bundle.file).length);
    expect(bundle.bytes).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('has nothing of what the contract says of endpoints', () => {
    const text = readFileSync(bundle.file, 'utf8');
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
    const env = { AWS_REGION: 'eu-west-1', TIMESTAMPS_TABLE: 'Timestamps', PEOPLE_TABLE: 'People' };
    const { status, stderr } = spawnSync(process.execPath, ['--eval', script], { cwd: folder, env, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([stderr, status]).toEqual(['', 0]);
  });
});
