import { randomBytes } from 'node:crypto';
import { BatchWriteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import type { Page, TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import { createTimestampStore, type TimestampStore } from '../../../lambda/core/timestamps/store.ts';
import {
  createIdSource,
  lowestIdAt,
  makeId,
  microsOf,
  shardOf,
  timestampOf,
} from '../../../lambda/core/timestamps/timestamp-id.ts';
import { repeated } from '../../support/effort.ts';
import { backends, EMBEDDED, NOWHERE, openStore } from '../../support/stores.ts';

const SHARDS = 8;
/** Amazon's own store takes its time to be filled; where there is no Java, it is not asked at all. */
const STORES = backends().map((backend) => ({ ...backend, count: repeated(backend === EMBEDDED ? 100_000 : 25_000) }));
const WRITERS = 7;
const START = 1_795_212_906_172_000;

function recordOf(id: string, source?: string): TimestampRecord {
  const record = { id, timestamp: timestampOf(id), clientIp: '192.0.2.1', protocol: 'https', requestId: 'r-1' };
  return source === undefined ? record : { ...record, source };
}

/** Ids as several processes would draw them: all clocks show the same few milliseconds. */
function idsOfWriters(count: number): string[] {
  let now = START;
  const writers = Array.from({ length: WRITERS }, () => createIdSource({ shards: SHARDS, now: () => now }));
  const ids = [];
  for (let i = 0; i < count; i++) {
    // Every 50 ids a millisecond passes, so that 7 writers share it and each runs ahead of it by some microseconds.
    if (i % 50 === 0) now += 1000;
    ids.push(writers[i % WRITERS]?.() ?? '');
  }
  return ids;
}

/** Writes many records fast, as items of the form that the store itself writes. */
async function seed(client: DynamoDBDocumentClient, table: string, ids: readonly string[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(ids.length / 25) }, (_, i) => ids.slice(i * 25, i * 25 + 25)).values();
  const work = async () => {
    for (const batch of batches) {
      const puts = batch.map((sk) => ({
        PutRequest: {
          Item: { pk: `t#${shardOf(sk)}`, sk, clientIp: '192.0.2.1', protocol: 'https', requestId: 'r-1' },
        },
      }));
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }));
      expect(UnprocessedItems ?? {}).toEqual({});
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** A call to the store, with what it cost. */
interface Call {
  readonly name: string | undefined;
  readonly units: number;
  /** Items that were read. */
  readonly read: number;
}

const Cost = v.object({
  ConsumedCapacity: v.object({ CapacityUnits: v.number() }),
  ScannedCount: v.optional(v.number(), 0),
});

/** Asks the store what each call costs, and keeps it. */
function watchCalls(client: DynamoDBDocumentClient): Call[] {
  const calls: Call[] = [];
  client.middlewareStack.add(
    (next, { commandName: name }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        const { ConsumedCapacity, ScannedCount: read } = v.parse(Cost, result.output);
        calls.push({ name, units: ConsumedCapacity.CapacityUnits, read });
        return result;
      },
    { step: 'initialize' },
  );
  return calls;
}

describe.each(STORES)('$count timestamps in $name', ({ count, ...backend }) => {
  let env: Env;
  let client: DynamoDBDocumentClient;
  let store: TimestampStore;
  let close: () => Promise<void>;
  /** Every id in the table that the queries of the tests are about, in order. */
  let sorted: readonly string[];

  beforeAll(async () => {
    ({ env, close } = await openStore(backend, SHARDS));
    client = createDynamoClient(env);
    store = createTimestampStore({ client, tableName: env.tables.timestamps, shards: SHARDS });
    const ids = idsOfWriters(count);
    await seed(client, env.tables.timestamps, ids);
    sorted = ids.toSorted();
  });
  afterAll(async () => {
    client.destroy();
    await close();
  });

  /** A store of its own, whose calls are watched. */
  function watched() {
    const own = createDynamoClient(env);
    const calls = watchCalls(own);
    return { calls, store: createTimestampStore({ client: own, tableName: env.tables.timestamps, shards: SHARDS }) };
  }

  /** Later than every record that the tests seed. */
  const nextId = createIdSource({ shards: SHARDS, now: () => START + 1e12 });

  /** Records one more, as others do while somebody pages: anywhere among the records, on both sides of the cursor. */
  async function recordAnywhere(inserted: Set<string>): Promise<void> {
    const instant = START + ((inserted.size * 700_001) % (20 * count));
    const id = makeId(instant, inserted.size % SHARDS, randomBytes(7));
    inserted.add(id);
    await store.put(recordOf(id));
  }

  /** Each id that was there before is seen once, each that came later at most once, and all are in order. */
  function expectAll(seen: readonly string[], inserted: Set<string>): void {
    expect(inserted.size).toBeGreaterThanOrEqual(count / 1000);
    expect(seen).toEqual([...new Set(seen)].toSorted());
    expect(seen.filter((id) => !inserted.has(id))).toEqual(sorted);
    expect(seen.map(timestampOf)).toEqual(seen.map(timestampOf).toSorted());
    expect(seen.length).toBeGreaterThan(sorted.length);
    sorted = [...sorted, ...inserted].toSorted();
  }

  it('gives each record once, in order, paging from new to old while others are recorded', async () => {
    const seen: string[] = [];
    const inserted = new Set<string>();
    let page: Page;
    let before = lowestIdAt(START + 1e12);
    do {
      page = await store.list({ limit: 1000, before });
      seen.push(...page.records.map(({ id }) => id));
      before = page.records.at(-1)?.id ?? '';
      await recordAnywhere(inserted);
    } while (page.more);
    expectAll(seen.toReversed(), inserted);
  });

  it('gives each record once, in order, paging from old to new while others are recorded', async () => {
    const seen: string[] = [];
    const inserted = new Set<string>();
    let page: Page;
    let after = lowestIdAt(0);
    do {
      page = await store.list({ limit: 1000, after, to: START + 1e12 });
      seen.push(...page.records.map(({ id }) => id).toReversed());
      after = page.records[0]?.id ?? '';
      await recordAnywhere(inserted);
    } while (page.more);
    expectAll(seen, inserted);
  });

  it('gives any page as a plain sorted array would', async () => {
    const instants = fc.integer({ min: START - 1000, max: START + 21 * count });
    const cursors = fc.oneof(
      fc.nat(count - 1).map((index) => sorted[index] ?? ''),
      instants.map(lowestIdAt),
    );
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const queries = fc.record({
      limit: fc.integer({ min: 1, max: 40 }),
      before: optional(cursors),
      after: optional(cursors),
      from: optional(instants),
      to: instants,
    });
    await fc.assert(
      fc.asyncProperty(queries, async ({ limit, before, after, from, to }) => {
        const chosen = sorted.filter(
          (id) =>
            (before === undefined || id < before) &&
            (after === undefined || id > after) &&
            (from === undefined || microsOf(id) >= from) &&
            microsOf(id) < to,
        );
        const { records, more } = await store.list({ limit, before, after, from, to });
        const expected = after === undefined ? chosen.slice(-limit) : chosen.slice(0, limit);
        expect(records).toEqual(expected.toReversed().map((id) => recordOf(id)));
        expect(more).toBe(chosen.length > limit);
      }),
      { numRuns: 50 },
    );
  });

  it('writes a record without a source in one call and one write unit', async () => {
    const { calls, store } = watched();
    await store.put({
      ...recordOf(nextId()),
      note: 'x'.repeat(700),
      clientIp: '2001:db8:1111:2222:3333:4444:5555:6666',
    });
    expect(calls).toEqual([{ name: 'PutItemCommand', units: 1, read: 0 }]);
  });

  it('writes a record with a source in one call, too', async () => {
    const { calls, store } = watched();
    await store.put(recordOf(nextId(), 'cost'));
    // The index costs a second write unit, which dynalite does not count.
    expect(calls.map(({ name }) => name)).toEqual(['PutItemCommand']);
  });

  it('reads a page of 100 in one query a shard, of at most 101 records each', async () => {
    const { calls, store } = watched();
    expect((await store.list({ limit: 100 })).records).toHaveLength(100);
    expect(calls.map(({ name }) => name)).toEqual(Array(SHARDS).fill('QueryCommand'));
    expect(Math.max(...calls.map(({ read }) => read))).toBeLessThanOrEqual(101);
  });

  it('goes on where an answer of the store ends at 1 MB', async () => {
    const note = 'x'.repeat(1024);
    const from = microsOf(nextId());
    const fat: TimestampRecord[] = [];
    // All in one shard: 1,000 of them are 1.2 MB.
    const nextFat = createIdSource({ shards: 1, now: () => START + 2e12 });
    for (let i = 0; i < 1000; i++) fat.push({ ...recordOf(nextFat()), note });
    const batch = fat.values();
    const work = async () => {
      for (const record of batch) await store.put(record);
    };
    await Promise.all(Array.from({ length: 8 }, work));
    const { calls, store: own } = watched();
    const page = await own.list({ limit: 1000, from });
    expect(page.records.map(({ id }) => id)).toEqual(fat.map(({ id }) => id).toReversed());
    expect(calls).toHaveLength(SHARDS + 1);
  });

  it('lists one source, whatever the others are called', async () => {
    const mine: string[] = [];
    for (const source of ['a', 'a.b', 'b', 'a', 'A', 'a']) {
      const id = nextId();
      if (source === 'a') mine.push(id);
      await store.put(recordOf(id, source));
    }
    const { records, more } = await store.list({ limit: 2, source: 'a' });
    expect([records.map(({ id }) => id), more]).toEqual([mine.toReversed().slice(0, 2), true]);
    expect(records[0]).toEqual(recordOf(mine.at(-1) ?? '', 'a'));
    expect(await store.list({ limit: 2, source: 'nobody' })).toEqual({ records: [], more: false });
  });

  it('finds a record by its id after the number of shards has grown, and lists it', async () => {
    const [id = ''] = sorted;
    const grown = createTimestampStore({ client, tableName: env.tables.timestamps, shards: 2 * SHARDS });
    expect(await grown.get(id)).toEqual(recordOf(id));
    const { records } = await grown.list({ limit: 1000, to: START + 2_000_000 });
    const expected = sorted.filter((each) => microsOf(each) < START + 2_000_000).slice(-1000);
    expect(records.map((each) => each.id)).toEqual(expected.toReversed());
  });

  it('gives a record the time at which DynamoDB may delete it, if records are kept for some days only', async () => {
    const id = nextId();
    const kept = createTimestampStore({ client, tableName: env.tables.timestamps, shards: SHARDS, retentionDays: 30 });
    await kept.put(recordOf(id));
    const Key = { pk: `t#${shardOf(id)}`, sk: id };
    const { Item } = await client.send(new GetCommand({ TableName: env.tables.timestamps, Key }));
    expect(Item?.expiresAt).toBe(Math.ceil(microsOf(id) / 1e6) + 30 * 24 * 60 * 60);
    expect(await kept.get(id)).toEqual(recordOf(id));
  });

  it('may be given the same record again', async () => {
    const record = recordOf(nextId());
    await store.put(record);
    await store.put(record);
    expect(await store.get(record.id)).toEqual(record);
  });

  it('knows no record that was not written', async () => {
    expect(await store.get(nextId())).toBeUndefined();
  });
});

describe('a store that fails', () => {
  it('is unavailable when nothing answers', async () => {
    const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: NOWHERE });
    const store = createTimestampStore({ client, tableName: 'Timestamps', shards: 1 });
    await expect(store.put(recordOf(lowestIdAt(START)))).rejects.toThrow(StoreUnavailableError);
  });

  it('says so when there is no such table', async () => {
    const { env, close } = await openStore(EMBEDDED);
    const store = createTimestampStore({ client: createDynamoClient(env), tableName: 'Another', shards: 1 });
    await expect(store.put(recordOf(lowestIdAt(START)))).rejects.toThrow(/resource not found/i);
    await close();
  });
});
