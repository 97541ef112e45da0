/** `npm run crash`: kills the server fifty times. `npm run crash -- SEED` does what a failing run did, as far as it can. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCrashes } from './crash.ts';

const ROUNDS = 50;
const seed = process.argv[2] ?? String(Date.now());
const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-crash-'));
try {
  const { kills, acknowledged, unacknowledged } = await runCrashes({ dataDir, rounds: ROUNDS, seed, log: console.log });
  console.log(
    `seed ${seed}: killed ${kills} times; of ${acknowledged} acknowledged timestamps none is lost or doubled.`,
  );
  console.log(`${unacknowledged} more were written that could not be acknowledged; none is in one list only.`);
  rmSync(dataDir, { recursive: true });
} catch (error) {
  console.error(`seed ${seed}, data kept in ${dataDir}:`, error);
  process.exitCode = 1;
}
