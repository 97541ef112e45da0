/** `npm run kills`: kills the watch and what sends 200 times. `npm run kills -- SEED` does what a failing run did. */
import { readArguments, refuse } from '../../../local/usage.ts';
import { runKills } from './kills.ts';

const KILLS = 200;
const USAGE = `Usage: npm run kills [-- SEED]
Kills the watch and what sends ${KILLS} times between the change of a state and the settled delivery, as SEED has it, and
looks for notices that are lost, doubled, or sent under two ids.`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [seed = String(Date.now()), ...more] = positionals;
if (more.length > 0) refuse(`There is one seed, not ${positionals.length}`, USAGE);
process.env.AWS_ACCESS_KEY_ID = 'local';
process.env.AWS_SECRET_ACCESS_KEY = 'local';
try {
  const { kills, outages, repeated, steps } = await runKills({ kills: KILLS, seed, log: console.log });
  console.log(
    `seed ${seed}: killed ${kills} times, at ${steps} steps; each of ${outages} outages was told once by the watch, and arrived, each time under one id.`,
  );
  console.log(
    `${repeated} messages arrived once more than they had to: they were sent by somebody who could not say so.`,
  );
} catch (error) {
  console.error(`seed ${seed}:`, error);
  process.exitCode = 1;
}
