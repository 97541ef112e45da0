/** `npm run crash`: kills the server fifty times. `npm run crash -- SEED` does what a failing run did, as far as it can. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments, refuse } from '../../../local/usage.ts';
import { runCrashes } from './crash.ts';

const ROUNDS = 50;
const USAGE = `Usage: npm run crash [-- SEED]
Kills the local server ${ROUNDS} times, as SEED has it, and looks for what it had acknowledged.`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [seed = String(Date.now()), ...more] = positionals;
if (more.length > 0) refuse(`There is one seed, not ${positionals.length}`, USAGE);
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
