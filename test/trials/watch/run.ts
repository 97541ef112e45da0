/** `npm run watch:simulate`: two days of 300 sources, for eight seeds. Exits with 1 if anything was false, missed or doubled. */

import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { forgetAws } from '../../../local/forget-aws.ts';
import { readArguments } from '../../../local/usage.ts';
import { failuresOf, scenario } from './scenario.ts';
import { simulate } from './simulation.ts';

const USAGE = `Usage: npm run watch:simulate [-- [--first N] [--count N] [--hours N] [--sources N]]
  --first N    the first seed (0)
  --count N    how many seeds (8)
  --hours N    how long (48)
  --sources N  how many sources (300)`;
const { values } = readArguments(USAGE, {
  options: {
    first: { type: 'string', default: '0' },
    count: { type: 'string', default: '8' },
    hours: { type: 'string', default: '48' },
    sources: { type: 'string', default: '300' },
  },
});

forgetAws();
const at = (sorted: readonly number[], share: number) =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 100) / 10;
let failed = 0;
for (let seed = Number(values.first); seed < Number(values.first) + Number(values.count); seed++) {
  const started = performance.now();
  const dynamo = await startEmbeddedDynamo();
  const outcome = await simulate(
    dynamo.endpoint,
    scenario({ seed, hours: Number(values.hours), sources: Number(values.sources) }),
  );
  await dynamo.close();
  const { latencies, killedLatencies, recoveries } = outcome;
  console.log(
    `seed ${seed}: ${outcome.truths} silences, ${outcome.ticks} ticks, ${outcome.kills} killed (${Math.round((performance.now() - started) / 1000)} s)
  false ${outcome.false.length}, missed ${outcome.missed.length}, doubled ${outcome.doubled.length}, wrong ${outcome.wrong.length}
  told after ${at(latencies, 0.5)} s (p50), ${at(latencies, 1)} s (most), ${at(killedLatencies, 1)} s with a tick killed; its end after ${at(recoveries, 0.5)} s, ${at(recoveries, 1)} s
  after the absence: ${outcome.toldAfterAbsence} in ${outcome.groupsAfterAbsence} group; ingestion: ${outcome.ingestion.join(', ')}`,
  );
  for (const failure of failuresOf(outcome)) {
    failed++;
    console.log(`  FAILED: ${failure}`);
  }
}
if (failed > 0) process.exitCode = 1;
