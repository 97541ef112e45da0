import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyShare, progressOf, rangeOf, type ShardRun } from '../../../lambda/core/timestamps/page.ts';
import type { PageQuery } from '../../../lambda/core/timestamps/record.ts';
import { lowestIdAt, makeId, microsOf, shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';

const SHARDS = 16;
/** Few instants, so that many ids share one. */
const instants = fc.integer({ min: 1000, max: 1030 });
/** Tables of all kinds: spread over all the shards, over the first half, or over a few; mostly, or only, in one. */
const inUse = fc.oneof(
  fc.integer({ min: 0, max: SHARDS - 1 }),
  fc.integer({ min: 0, max: SHARDS / 2 - 1 }),
  fc.constantFrom(3, 7),
  fc.constant(5),
);
const tables = inUse.chain((first) =>
  fc.uniqueArray(
    fc
      .tuple(
        instants,
        fc.oneof(fc.constant(first), inUse, fc.constant(first)),
        fc.uint8Array({ minLength: 7, maxLength: 7 }),
      )
      .map((parts) => makeId(...parts)),
    { maxLength: 120 },
  ),
);
const ids = fc.tuple(instants, inUse, fc.uint8Array({ minLength: 7, maxLength: 7 })).map((parts) => makeId(...parts));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const queries = fc.record({
  limit: fc.integer({ min: 1, max: 60 }),
  before: optional(ids),
  after: optional(ids),
  from: optional(instants),
  to: optional(instants),
});
const ENOUGH = 1_000_000;

/** What a page is, said in the plainest way: filter one sorted array and cut it. */
function plainPage(table: readonly string[], { limit, before, after, from, to }: PageQuery) {
  const chosen = table
    .filter((id) => before === undefined || id < before)
    .filter((id) => after === undefined || id > after)
    .filter((id) => from === undefined || microsOf(id) >= from)
    .filter((id) => to === undefined || microsOf(id) < to)
    .toSorted()
    .reverse();
  const page = after === undefined ? chosen.slice(0, limit) : chosen.slice(-limit);
  return { ids: page, more: chosen.length > limit };
}

/** How a store answers: whole, or at most so many records at a time; it may say that there is more where nothing is. */
interface Answers {
  readonly shards?: number;
  readonly atMost?: number;
  readonly room?: number;
}

/** What the store does, over arrays in place of shards. */
function readPage(
  table: readonly string[],
  query: PageQuery,
  { shards = SHARDS, atMost = ENOUGH, room = ENOUGH }: Answers = {},
) {
  const range = rangeOf(query);
  if (range === undefined) return { ids: [], more: false, rounds: 0, read: 0 };
  let runs: ShardRun<{ id: string }>[] = Array.from({ length: shards }, () => ({ found: [], ended: false }));
  const inRange = table.filter((id) => id >= range.low && id <= range.high).toSorted();
  const ofShard = Map.groupBy(range.newestFirst ? inRange.reverse() : inRange, shardOf);
  const read = () => runs.reduce((sum, { found }) => sum + found.length, 0);
  for (let round = 0; ; round++) {
    const { records, more, counts } = progressOf(runs, range, query.limit, { round, room: room - read() });
    if (counts.every((count) => count === 0)) {
      return { ids: records.map(({ id }) => id), more, rounds: round, read: read() };
    }
    runs = runs.map((run, shard) => {
      const count = Math.min(counts[shard] ?? 0, atMost);
      if (count === 0) return run;
      const found = (ofShard.get(shard) ?? []).slice(0, run.found.length + count);
      return { found: found.map((id) => ({ id })), ended: found.length < run.found.length + count };
    });
  }
}

/** Ids of random shards, the oldest first, one a microsecond. */
function randomTable(count: number, shards: number, random: () => number): string[] {
  return Array.from({ length: count }, (_, at) => makeId(1000 + at, Math.floor(random() * shards), new Uint8Array(7)));
}

/** Numbers from 0 to 1, the same in each run: a linear congruential generator (Numerical Recipes). */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a page', () => {
  it('is the same as one cut from a single sorted array, whatever its bounds and however the records lie', () => {
    fc.assert(
      fc.property(tables, queries, fc.constantFrom(ENOUGH, 1, 5), (table, query, atMost) => {
        expect(readPage(table, query, { atMost })).toMatchObject(plainPage(table, query));
      }),
      { numRuns: 500 },
    );
  });

  it('takes a cursor that is in the table as well as one that is not', () => {
    fc.assert(
      fc.property(tables, fc.nat(), fc.constantFrom('before', 'after'), (table, at, name) => {
        const cursor = table[at % table.length] ?? lowestIdAt(1004);
        const query = { limit: 5, [name]: cursor };
        expect(readPage(table, query)).toMatchObject(plainPage(table, query));
        expect(readPage(table, query).ids).not.toContain(cursor);
      }),
    );
  });

  it('takes three rounds at most, however the records lie', () => {
    fc.assert(
      fc.property(tables, queries, (table, query) => {
        expect(readPage(table, query).rounds).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('ends early, behind records of which none is missing, where there is no room for more; the next one goes on', () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: SHARDS, max: 80 }),
        fc.constantFrom('before', 'after'),
        (table, limit, room, name) => {
          const newestFirst = name === 'before';
          const seen: string[] = [];
          for (let cursor = lowestIdAt(newestFirst ? 2000 : 0); ; ) {
            const { ids, more, read } = readPage(table, { limit, [name]: cursor }, { room });
            expect(read).toBeLessThanOrEqual(room + SHARDS);
            seen.push(...(newestFirst ? ids : ids.toReversed()));
            if (!more) break;
            expect(ids.length).toBeGreaterThan(0);
            cursor = seen.at(-1) ?? '';
          }
          expect(seen).toEqual(newestFirst ? table.toSorted().reverse() : table.toSorted());
        },
      ),
    );
  });

  it('asks again with what it has learned: where all records lie in one shard, once, for just what is missing', () => {
    const table = randomTable(1000, 1, () => 0.5);
    const page = readPage(table, { limit: 100 });
    expect(page.ids).toHaveLength(100);
    expect([page.rounds, page.read]).toEqual([2, 101]);
  });

  it('reads few more than it shows where half of the shards are empty', () => {
    const table = randomTable(10_000, 8, numbersOf(1));
    const { rounds, read } = readPage(table, { limit: 100 }, { shards: 16 });
    expect(rounds).toBeLessThanOrEqual(3);
    expect(read).toBeLessThan(200);
  });
});

describe('a page of 100 of 1,000 random tables of 100,000', () => {
  /** The newest 300 decide; the rest of the table is never asked for. */
  const NEWEST = 300;

  it.each([
    { shards: 4, ratio: 1.6 },
    { shards: 8, ratio: 1.8 },
    { shards: 16, ratio: 2.5 },
    { shards: 64, ratio: 5.2 },
  ])(
    'reads at most $ratio times what it shows from $shards shards, and one in twenty a second time',
    ({ shards, ratio }) => {
      const random = numbersOf(shards);
      let read = 0;
      let again = 0;
      for (let trial = 0; trial < 1000; trial++) {
        const page = readPage(randomTable(NEWEST, shards, random), { limit: 100 }, { shards });
        expect(page.ids).toHaveLength(100);
        read += page.read;
        if (page.rounds > 1) again += 1;
      }
      expect(read / 1000 / 100).toBeLessThanOrEqual(ratio);
      expect(again / 1000).toBeLessThanOrEqual(0.05);
    },
  );
});

describe('the share of a shard', () => {
  it('is all of the page where there is one shard, and never more than that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1001 }), fc.integer({ min: 1, max: 256 }), (records, shards) => {
        const share = likelyShare(records, shards);
        expect(share).toBeGreaterThanOrEqual(Math.ceil(records / shards));
        expect(share).toBeLessThanOrEqual(records);
        if (shards === 1) expect(share).toBe(records);
      }),
    );
  });

  it('is of 100 records 36 of 4 shards, 22 of 8, 15 of 16 and 8 of 64', () => {
    expect([4, 8, 16, 64].map((shards) => likelyShare(100, shards))).toEqual([36, 22, 15, 8]);
  });
});
