import type { Env } from '../lambda/api/env.ts';
import { TABLES } from '../lambda/core/dynamo/tables.ts';
import { createTables } from '../local/dynamo/create-tables.ts';
import type { Variables } from './children.ts';
import { getEvent } from './events.ts';
import { seed } from './seed.ts';
import { median } from './statistics.ts';
import { type Job, startWorker } from './workers.ts';

/** The median times of a page of 100 items, in milliseconds, in the order of TABLE_SIZES. */
export interface PageTimes {
  readonly newest: readonly number[];
  /** The page before a cursor. */
  readonly older: readonly number[];
}

/** How many timestamps the tables hold. */
export const TABLE_SIZES = [1_000, 100_000] as const;

const ITEMS = 100;
/** The tables take turns of a few requests, so that drift hits both alike. */
const TURNS = 25;
const REQUESTS_A_TURN = 6;
const WARM_UP = 60;

/** The times of Rollcall's pages from new tables of TABLE_SIZES. */
export async function measurePages(bundle: string, env: Env, variables: Variables): Promise<PageTimes> {
  const sized = [];
  for (const size of TABLE_SIZES) {
    const timestamps = `Timestamps${size}`;
    const ofSize = { ...env, tables: { ...env.tables, timestamps } };
    await createTables(ofSize);
    const before = await seed(ofSize, size);
    const worker = await startWorker(bundle, { ...variables, [TABLES.timestamps.env]: timestamps });
    const newest = pageJob(`/app?limit=${ITEMS}`);
    const older = pageJob(`/app?limit=${ITEMS}&before=${before}`);
    await worker.measure({ ...newest, requests: WARM_UP });
    await worker.measure({ ...older, requests: WARM_UP });
    sized.push({ worker, newest, older, times: { newest: [] as number[], older: [] as number[] } });
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const { worker, times, ...jobs } of sized) {
      times.newest.push(...(await worker.measure(jobs.newest)).latenciesMs);
      times.older.push(...(await worker.measure(jobs.older)).latenciesMs);
    }
  }
  for (const { worker } of sized) worker.stop();
  return {
    newest: sized.map(({ times }) => median(times.newest)),
    older: sized.map(({ times }) => median(times.older)),
  };
}

function pageJob(target: string): Job {
  return { payload: getEvent(target), requests: REQUESTS_A_TURN, inFlight: 1, status: 200, items: ITEMS };
}
