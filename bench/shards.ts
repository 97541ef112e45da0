import { ENV, type Env, parseEnv } from '../lambda/api/env.ts';
import { createDynamoClient } from '../lambda/core/dynamo/client.ts';
import { withinDeadline } from '../lambda/core/dynamo/deadline.ts';
import { TABLES } from '../lambda/core/dynamo/tables.ts';
import type { PageQuery } from '../lambda/core/timestamps/record.ts';
import { createTimestampStore } from '../lambda/core/timestamps/store.ts';
import { createTables } from '../local/dynamo/create-tables.ts';
import type { Variables } from './children.ts';
import { NOTE, SOURCE, seed } from './seed.ts';
import { GET, measureEach, POST, type WarmResult } from './warm.ts';
import { startWorker } from './workers.ts';

/** The numbers of shards whose pages are measured; the first is what stages begin with. */
export const SHARD_COUNTS = [4, 8, 16, 64] as const;

/** Of pages of 100 from a number of shards. */
export interface ShardPages {
  readonly shards: number;
  readonly warm: WarmResult;
  /** Read units of a page, on average: of records of 250 bytes, and the same by source. */
  readonly units: number;
  readonly unitsBySource: number;
}

export interface ShardResults {
  readonly counts: readonly ShardPages[];
  /** Of the usual stack, in the same turns. */
  readonly usual: WarmResult;
  /** What a page of 1,000 notes of 1 KB reads, from as many shards as stages begin with. */
  readonly longNotesUnits: number;
}

const RECORDS = 3000;
/** Pages whose units are counted, each before the one that came first in the page before it. */
const PAGES = 20;
const SIZE = 250;
/** How many requests are in flight where pages a second are counted: 16 from 64 shards are more than one store answers in time. */
export const PAGES_IN_FLIGHT = 2;
const COUNTS = { warmUp: 100, together: 100, alone: 100, inFlight: PAGES_IN_FLIGHT };

/** Pages from tables of their own, each as many shards wide, beside those of the usual stack. */
export async function measureShards(
  rollcall: string,
  usual: string,
  env: Env,
  variables: Variables,
): Promise<ShardResults> {
  const start = async (bundle: string, name: string, shards = 1) => {
    const own = { ...variables, [TABLES.timestamps.env]: name, [ENV.shards]: String(shards) };
    await createTables(parseEnv(own));
    const worker = await startWorker(bundle, own);
    await worker.measure({ ...POST, requests: 400, inFlight: 16 });
    return worker;
  };
  const workers = [await start(usual, 'Usual')];
  for (const shards of SHARD_COUNTS) workers.push(await start(rollcall, `Warm${shards}`, shards));
  const [ofUsual = NOT_MEASURED, ...warm] = await measureEach(workers, GET, COUNTS);
  for (const worker of workers) worker.stop();

  const counts: ShardPages[] = [];
  for (const [index, shards] of SHARD_COUNTS.entries()) {
    const units = await unitsOf({ ...env, shards }, NOTE.padEnd(NOTE.length + SIZE - SHORT, '.'), { limit: 100 });
    counts.push({ shards, warm: warm[index] ?? NOT_MEASURED, ...units });
  }
  const long = await unitsOf({ ...env, shards: SHARD_COUNTS[0] }, 'x'.repeat(1024), { limit: 1000 });
  return { counts, usual: ofUsual, longNotesUnits: long.units };
}

/** What a record of `seed` takes, in bytes. */
const SHORT = 172;
const NOT_MEASURED: WarmResult = { perSecond: Number.NaN, p50Ms: Number.NaN, p99Ms: Number.NaN };

/** The units of pages from a new table of such records. */
async function unitsOf(env: Env, note: string, query: PageQuery) {
  const timestamps = `Units${env.shards}x${note.length}`;
  const ofCount = { ...env, tables: { ...env.tables, timestamps } };
  await createTables(ofCount);
  await seed(ofCount, RECORDS, note);
  const client = createDynamoClient(env);
  const store = createTimestampStore({ client, tableName: timestamps, shards: env.shards });
  const mean = async (source?: string) => {
    const units = { read: 0, write: 0 };
    let before: string | undefined;
    const pages = Math.min(PAGES, Math.floor(RECORDS / query.limit));
    for (let page = 0; page < pages; page += 1) {
      const { records } = await withinDeadline(10_000, () => store.list({ ...query, source, before }), units);
      before = records.at(-1)?.id;
    }
    return units.read / pages;
  };
  const measured = { units: await mean(), unitsBySource: await mean(SOURCE) };
  client.destroy();
  return measured;
}
