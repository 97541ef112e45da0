/** `npm run scale`: each scenario for its full sixty seconds of simulated time. Exits with 1 if a goal is missed. */
import { createIdSource, shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { forgetAws } from '../../../local/forget-aws.ts';
import { readArguments } from '../../../local/usage.ts';
import { EVENNESS } from './cost.ts';
import { type Outcome, SCENARIOS, simulate } from './simulation.ts';

readArguments(
  'Usage: npm run scale\nWrites against a model of the limits of DynamoDB. Ends with 1 if a goal is missed.',
  {},
);

// The client signs what it sends; nobody reads it.
forgetAws();

/** What each scenario has to show; the others have nothing to reach but to lose nothing. */
const TAKES_ALL = new Set(['no source', 'one source']);
let missed = 0;

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const started = performance.now();
  const outcome = await simulate(scenario);
  const took = Math.round((performance.now() - started) / 1000);
  const failures = failuresOf(name, outcome);
  missed += failures.length;
  console.log(`${name}: ${scenario.rate} POST/s, ${scenario.seconds} s, ${scenario.shards} shards (took ${took} s)`);
  console.log(`  written ${outcome.written}, refused ${outcome.refused}, in the table ${outcome.stored}`);
  for (const [reason, count] of outcome.refusals) console.log(`  ${reason}: ${count}`);
  console.log(
    `  busiest shard over the mean: ${round(outcome.maxOverMean)} in a second, index ${round(outcome.indexMaxOverMean)}; ${round(outcome.maxOverMeanTotal)} in all`,
  );
  console.log(
    `  a page of 100: ${outcome.queriesPerPage} queries, at most ${outcome.pageUnits} read units (bound: ${outcome.queriesPerPage} x ${outcome.unitsPerQueryBound})`,
  );
  for (const failure of failures) console.log(`  MISSED: ${failure}`);
}

// The same again of the source as it is: with the system's clock and node:crypto's random bytes.
const SHARDS = 16;
const IDS = 600_000;
const counts = Array<number>(SHARDS).fill(0);
const nextId = createIdSource({ shards: SHARDS });
for (let i = 0; i < IDS; i++) {
  const shard = shardOf(nextId());
  counts[shard] = (counts[shard] ?? 0) + 1;
}
console.log(
  `${IDS} ids over ${SHARDS} shards: the fullest over the mean ${round(Math.max(...counts) / (IDS / SHARDS))}`,
);
if (missed > 0) process.exitCode = 1;

function failuresOf(name: string, outcome: Outcome): string[] {
  const failures = [];
  if (outcome.stored !== outcome.written) failures.push('what was acknowledged is not what is there');
  if (outcome.pageUnits > outcome.queriesPerPage * outcome.unitsPerQueryBound) failures.push('a page cost too much');
  if (!TAKES_ALL.has(name)) return failures;
  if (outcome.refused > 0) failures.push('something was throttled');
  if (outcome.maxOverMean > EVENNESS || outcome.indexMaxOverMean > EVENNESS) failures.push('a shard got too much');
  return failures;
}

function round(number: number): string {
  return Number.isNaN(number) ? '-' : number.toFixed(3);
}
