/**
 * `npm run watch:measure -- --sources 10000`: what a tick takes of so many sources that answer each minute, on the embedded
 * store: its time, memory and units. `npm run cost -- --sources 10000` says what a month of that costs.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measureTick } from '../../../bin/cost/measure-watch.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { forgetAws } from '../../../local/forget-aws.ts';
import { readArguments } from '../../../local/usage.ts';

const SHARDS = 8;

const USAGE = `Usage: npm run watch:measure [-- [--sources N] [--ticks N]]
  --sources N  how many sources answer each minute (10000)
  --ticks N    how many ticks are measured (8)`;
const { values } = readArguments(USAGE, {
  options: {
    sources: { type: 'string', default: '10000' },
    ticks: { type: 'string', default: '8' },
    store: { type: 'boolean', default: false },
  },
});

forgetAws();
if (values.store) {
  // The store has a process of its own: its time and memory are not the tick's.
  const { endpoint } = await startEmbeddedDynamo();
  console.log(endpoint);
} else {
  const child = spawn(process.execPath, [import.meta.filename, '--store'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const sources = Number(values.sources);
  const measured = { endpoint: String(line).trim(), sources, shards: SHARDS, ticks: Number(values.ticks) };
  const { ms, cpuMs, readUnits, writeUnits } = await measureTick(measured);
  child.kill();
  console.log(`${sources} sources that answer each minute, a tick:
  ${Math.round(ms)} ms, ${Math.round(cpuMs)} ms of processor time, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB
  ${readUnits.toFixed(1)} read units, ${writeUnits.toFixed(1)} write units`);
}
