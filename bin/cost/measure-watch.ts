/** What a tick of the watch takes, with so many sources that answer each minute: the dearest that they can be. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { createCoreDeps } from '../../lambda/core/deps.ts';
import { createDynamoClient, TIMEOUTS } from '../../lambda/core/dynamo/client.ts';
import { toItem } from '../../lambda/core/dynamo/items.ts';
import { fieldsOfSource, sourceKey } from '../../lambda/core/roll/items.ts';
import type { SourceState } from '../../lambda/core/roll/state.ts';
import { makeId } from '../../lambda/core/timestamps/timestamp-id.ts';
import { createTickDeps } from '../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../lambda/watch/env.ts';
import { BYTES_A_TICK } from '../../lambda/watch/recall.ts';
import { createTick } from '../../lambda/watch/tick.ts';
import { createWatch } from '../../lambda/watch/watch.ts';
import type { StageConfig } from '../../lib/config/read-stage.ts';
import { createTables, LOCAL_TABLES } from '../../local/dynamo/create-tables.ts';
import { forgetAws } from '../../local/forget-aws.ts';
import { writeAll } from '../records/write-batch.ts';
import { type Line, linesOf } from './log-lines.ts';
import { measuredSources, tickOf } from './watch-model.ts';

/** The mean of some ticks. */
export interface Tick {
  /** Processor time, and time in all, on this machine. */
  readonly cpuMs: number;
  readonly ms: number;
  /** How often it waits for the store: calls that are made at once are one wait. */
  readonly waits: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** The lines that one logs. */
  readonly lines: readonly Line[];
}

export interface MeasureTickOptions {
  /** Of the embedded store, which is to run in a thread or process of its own. */
  readonly endpoint: string;
  readonly sources: number;
  readonly shards: number;
  /** How many ticks are measured. */
  readonly ticks: number;
}

const MINUTE = 60_000;
const TIMEOUT_MS = 300_000;
/** The first ticks find an empty memory, and code that is not compiled yet. */
const WARM_UP = 3;
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

const TickLine = v.object({
  message: v.literal('tick'),
  outcome: v.literal('done'),
  readUnits: v.optional(v.number(), 0),
  writeUnits: v.optional(v.number(), 0),
});

export async function measureTick({ endpoint, sources: count, shards, ticks }: MeasureTickOptions): Promise<Tick> {
  const names = Object.entries(LOCAL_TABLES).map(([variable, name]) => [variable, `${name}-${randomUUID()}`]);
  const variables = { AWS_REGION: 'us-east-1', SHARDS: String(shards), DYNAMODB_ENDPOINT: endpoint };
  const env = parseWatchEnv({ ...Object.fromEntries(names), ...variables });
  await createTables(env);
  const patient = { ...TIMEOUTS, requestTimeout: 60_000, socketTimeout: 60_000 };
  const filling = createDynamoClient(env, { requestHandler: patient });
  const client = createDynamoClient(env, { requestHandler: patient });
  let waits = 0;
  let underWay = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (underWay++ === 0) waits++;
      return next(args).finally(() => underWay--);
    },
    { step: 'initialize' },
  );

  const sources = Array.from({ length: count }, (_, index) => `backup-${String(index).padStart(7, '0')}`);
  let now = Date.UTC(2026, 10, 20, 12);
  const states = sources.map((source): SourceState => {
    const state = { source, version: 1, standing: 'up', since: now, baseline: now, forgivenTo: now } as const;
    return { ...state, expectation: EXPECTATION };
  });
  await writeAll(
    filling,
    env.tables.roll,
    states.map((state) => putOf({ ...sourceKey(state.source), ...fieldsOfSource(state) })),
  );
  const tick = createTick({ ...createTickDeps(env, client), now: () => now, sleep: async () => {} });
  const watch = createWatch({ core: { ...createCoreDeps(env), now: () => now }, tick });
  const context = {
    getRemainingTimeInMillis: () => TIMEOUT_MS,
    functionVersion: '$LATEST',
    awsRequestId: randomUUID(),
  };
  const taken: Tick[] = [];
  for (let round = 0; round < WARM_UP + ticks; round++) {
    const said = sources.map((source, index) => {
      const at = now + Math.floor((index * MINUTE) / count);
      const id = makeId(at * 1000, index % shards, Buffer.from(randomUUID()));
      const rest = { clientIp: '203.0.113.7', protocol: 'https', requestId: randomUUID() };
      return putOf({ pk: `t#${index % shards}`, sk: id, source, sourceShard: `${source}#${index % shards}`, ...rest });
    });
    await writeAll(filling, env.tables.timestamps, said);
    now += MINUTE;
    waits = 0;
    const cpu = process.threadCpuUsage();
    const started = performance.now();
    const lines = await linesOf(() => watch({}, context));
    const { user, system } = process.threadCpuUsage(cpu);
    const ms = performance.now() - started;
    const { readUnits, writeUnits } = v.parse(TickLine, JSON.parse(lines.at(-1) ?? '{}'));
    taken.push({ cpuMs: (user + system) / 1000, ms, waits, readUnits, writeUnits, lines });
  }
  filling.destroy();
  client.destroy();
  const counted = taken.slice(WARM_UP);
  const mean = (of: (one: Tick) => number) => counted.reduce((sum, one) => sum + of(one), 0) / counted.length;
  return {
    cpuMs: mean((one) => one.cpuMs),
    ms: mean((one) => one.ms),
    waits: mean((one) => one.waits),
    readUnits: mean((one) => one.readUnits),
    writeUnits: spreadWrites(taken.map(({ writeUnits }) => writeUnits)),
    lines: counted.at(-1)?.lines ?? [],
  };
}

/** What ticks write on average: a large checkpoint is written by few of them, the first of all among these. */
function spreadWrites(units: readonly number[]): number {
  const least = Math.min(...units);
  return least + Math.min(BYTES_A_TICK / 1024, Math.max(...units) - least);
}

function putOf(item: Parameters<typeof toItem>[0]) {
  return { PutRequest: { Item: toItem(item) } };
}

/** A tick of so many sources in a stage; of very many it is reckoned. */
export async function measureWatch({ shards }: Pick<StageConfig, 'shards'>, sources: number, ticks = 3): Promise<Tick> {
  forgetAws();
  const store = new Worker(new URL('./store-worker.ts', import.meta.url));
  try {
    const [{ plain: endpoint }] = await once(store, 'message');
    return tickOf(await measureTick({ endpoint, sources: measuredSources(sources), shards, ticks }), sources);
  } finally {
    await store.terminate();
  }
}
