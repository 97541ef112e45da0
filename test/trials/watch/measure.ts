/**
 * `npm run watch:measure -- --sources 10000`: what a tick takes of so many sources that answer each minute, on the embedded
 * store: its time, memory and units; and what a month of that costs beside the requests, the alarms in it.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PRICES } from '../../../bin/cost/model.ts';
import { createDynamoClient, TIMEOUTS } from '../../../lambda/core/dynamo/client.ts';
import { type ConsumedUnits, withinDeadline } from '../../../lambda/core/dynamo/deadline.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { fieldsOfSource, sourceKey } from '../../../lambda/core/roll/items.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTickDeps } from '../../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../../lambda/watch/env.ts';
import { createTick } from '../../../lambda/watch/tick.ts';
import { createTables, LOCAL_TABLES } from '../../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { forgetAws } from '../../../local/forget-aws.ts';
import { readArguments } from '../../../local/usage.ts';

const MINUTE = 60_000;
const TICKS_A_MONTH = (730 * 3600) / 60;
const MEMORY_GB = 0.5;
const ALARMS = 2;
/** Bytes that a tick logs, about. */
const LINE_BYTES = 600;
const EXPECTATION = JSON.stringify({
  every: '1m',
  grace: '5m',
  early: '1m',
  failures: 1,
  recoveries: 1,
  limits: {},
  windows: [],
  tags: ['production'],
});

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
  await measure(String(line).trim(), Number(values.sources), Number(values.ticks));
  child.kill();
}

async function measure(endpoint: string, count: number, ticks: number): Promise<void> {
  const names = Object.entries(LOCAL_TABLES).map(([variable, name]) => [variable, `${name}-${randomUUID()}`]);
  const variables = { AWS_REGION: 'us-east-1', SHARDS: '8', DYNAMODB_ENDPOINT: endpoint };
  const env = parseWatchEnv({ ...Object.fromEntries(names), ...variables });
  await createTables(env);
  const client = createDynamoClient(env, {
    requestHandler: { ...TIMEOUTS, requestTimeout: 60_000, socketTimeout: 60_000 },
  });
  const sources = Array.from({ length: count }, (_, index) => `backup-${String(index).padStart(7, '0')}`);
  let now = Date.UTC(2026, 10, 20, 12);
  await writeAll(
    client,
    env.tables.roll,
    sources.map((source) => {
      const state = { source, version: 1, standing: 'up', since: now, baseline: now, forgivenTo: now } as const;
      return { ...sourceKey(source), ...fieldsOfSource({ ...state, expectation: EXPECTATION }) };
    }),
  );
  const deps = createTickDeps(env, client);
  const tick = createTick({ ...deps, now: () => now, sleep: async () => {} });
  const taken: { ms: number; cpuMs: number; units: ConsumedUnits }[] = [];
  for (let round = 0; round < ticks + 2; round++) {
    const said = sources.map((source, index) => {
      const at = now + Math.floor((index * MINUTE) / count);
      const id = makeId(at * 1000, index % 8, Buffer.from(randomUUID()));
      const rest = { clientIp: '203.0.113.7', protocol: 'https', requestId: randomUUID() };
      return { pk: `t#${index % 8}`, sk: id, source, sourceShard: `${source}#${index % 8}`, ...rest };
    });
    await writeAll(client, env.tables.timestamps, said);
    now += MINUTE;
    const units = { read: 0, write: 0 };
    const cpu = process.cpuUsage();
    const started = performance.now();
    const { outcome } = await withinDeadline(300_000, () => tick(now + 300_000), units);
    if (outcome !== 'done') throw new Error(`The tick ended as ${outcome}`);
    const { user, system } = process.cpuUsage(cpu);
    // The first ones find an empty memory, and code that is not compiled yet.
    if (round >= 2) taken.push({ ms: performance.now() - started, cpuMs: (user + system) / 1000, units });
  }
  const mean = (of: (one: (typeof taken)[number]) => number) =>
    taken.reduce((sum, one) => sum + of(one), 0) / taken.length;
  const reads = mean(({ units }) => units.read);
  const writes = mean(({ units }) => units.write);
  const ms = mean((one) => one.ms);
  const month = {
    reads: reads * TICKS_A_MONTH * PRICES.readUnit,
    writes: writes * TICKS_A_MONTH * PRICES.writeUnit,
    lambda: TICKS_A_MONTH * (PRICES.lambdaRequest + (ms / 1000) * MEMORY_GB * PRICES.lambdaGbSecond),
    schedule: TICKS_A_MONTH / 1e6,
    log: ((TICKS_A_MONTH * LINE_BYTES) / 1e9) * PRICES.logGb,
    alarms: ALARMS * PRICES.alarmMetricMonth,
  };
  const total = Object.values(month).reduce((sum, one) => sum + one, 0);
  const max = Math.max(...taken.map((one) => one.ms));
  console.log(`${count} sources that answer each minute, a tick:
  ${Math.round(ms)} ms (most ${Math.round(max)} ms), ${Math.round(mean((one) => one.cpuMs))} ms of processor time, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB
  ${reads.toFixed(1)} read units, ${writes.toFixed(1)} write units
a month: $${total.toFixed(2)} (${Object.entries(month)
    .map(([name, dollars]) => `${name} $${dollars.toFixed(2)}`)
    .join(', ')})`);
}

async function writeAll(client: DynamoDBClient, table: string, items: readonly Parameters<typeof toItem>[0][]) {
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((item) => ({ PutRequest: { Item: toItem(item) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}
