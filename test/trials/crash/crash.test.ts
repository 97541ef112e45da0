import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCrashes } from './crash.ts';

it('the server keeps every timestamp that it acknowledged, each once, however it is killed (`npm run crash`: 50 times)', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-crash-'));
  const { kills, acknowledged } = await runCrashes({ dataDir, rounds: 2, seed: 'two' });
  expect(kills).toBeGreaterThanOrEqual(2);
  expect(acknowledged).toBeGreaterThan(2);
  rmSync(dataDir, { recursive: true });
});
