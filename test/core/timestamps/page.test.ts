import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeShards, rangeOf } from '../../../lambda/core/timestamps/page.ts';
import type { PageQuery, TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import { lowestIdAt, makeId, microsOf, shardOf, timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';

const SHARDS = 3;
/** Few instants, so that many ids share one. */
const instants = fc.integer({ min: 1000, max: 1008 });
const ids = fc
  .tuple(instants, fc.integer({ min: 0, max: SHARDS - 1 }), fc.uint8Array({ minLength: 7, maxLength: 7 }))
  .map((parts) => makeId(...parts));
const tables = fc.uniqueArray(ids, { maxLength: 40 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

function recordOf(id: string): TimestampRecord {
  return { id, timestamp: timestampOf(id), clientIp: '192.0.2.1', protocol: 'http', requestId: 'r' };
}

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

/** What the store does, over arrays in place of shards. */
function mergedPage(table: readonly string[], query: PageQuery) {
  const range = rangeOf(query);
  if (range === undefined) return { ids: [], more: false };
  const shards = Array.from({ length: SHARDS }, (_, shard) => {
    const rising = table.filter((id) => shardOf(id) === shard && id >= range.low && id <= range.high).toSorted();
    return (range.newestFirst ? rising.reverse() : rising).slice(0, query.limit + 1).map(recordOf);
  });
  const { records, more } = mergeShards(shards, range, query.limit);
  return { ids: records.map(({ id }) => id), more };
}

describe('a page', () => {
  it('is the same as one cut from a single sorted array, whatever its bounds', () => {
    fc.assert(
      fc.property(
        tables,
        fc.record({
          limit: fc.integer({ min: 1, max: 12 }),
          before: optional(ids),
          after: optional(ids),
          from: optional(instants),
          to: optional(instants),
        }),
        (table, query) => {
          expect(mergedPage(table, query)).toEqual(plainPage(table, query));
        },
      ),
    );
  });

  it('takes a cursor that is in the table as well as one that is not', () => {
    fc.assert(
      fc.property(tables, fc.nat(), fc.constantFrom('before', 'after'), (table, at, name) => {
        const cursor = table[at % table.length] ?? lowestIdAt(1004);
        const query = { limit: 5, [name]: cursor };
        expect(mergedPage(table, query)).toEqual(plainPage(table, query));
        expect(mergedPage(table, query).ids).not.toContain(cursor);
      }),
    );
  });
});
