import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ceilings, EVENNESS, scaleTables, shardsFor } from './cost.ts';
import { DYNAMODB, OnDemandCapacity, readUnits, sizeOf, writeUnits } from './limits.ts';
import { SCENARIOS, simulate } from './simulation.ts';

const HALF_HOUR = DYNAMODB.doublingMs;

describe('10,000 POSTs a second, for one second of the simulation (`npm run scale` runs sixty)', () => {
  it('are taken by 16 shards without a throttle, all with one source', async () => {
    const outcome = await simulate({ ...SCENARIOS['one source'], seconds: 1 });
    expect([outcome.refused, outcome.stored]).toEqual([0, outcome.written]);
    expect(outcome.written).toBeGreaterThan(9_500);
    expect(outcome.maxOverMean).toBeLessThanOrEqual(EVENNESS);
    expect(outcome.indexMaxOverMean).toBeLessThanOrEqual(EVENNESS);
    // A page of 100: a query a shard; the shards of an instance take turns, so hardly any is asked again.
    expect(outcome.queriesPerPage).toBe(16);
    expect(outcome.pageUnits).toBeLessThanOrEqual(16 * outcome.unitsPerQueryBound);
  });

  it('are too many for 8 shards: the keys of the table give first', async () => {
    // A quarter of it: two of the shards, with what they get.
    const outcome = await simulate({ ...SCENARIOS['8 shards'], rate: 2_500, shards: 2, seconds: 1 });
    expect([...outcome.refusals.keys()]).toEqual(['TableWriteKeyRangeThroughputExceeded']);
    expect([outcome.written, outcome.stored]).toEqual([2 * DYNAMODB.keyWriteUnits, 2 * DYNAMODB.keyWriteUnits]);
  });

  it('are too many for a new table, which takes 4,000 in its first half hour', async () => {
    const outcome = await simulate({ ...SCENARIOS['a new table'], rate: 4_500, seconds: 1 });
    expect([...outcome.refusals.keys()]).toEqual(['TableWriteCapacityExceeded']);
    expect(outcome.written).toBe(DYNAMODB.newWriteUnits);
  });

  it('throttle the table when its index is the one that cannot follow', async () => {
    const indexWarm = { writeUnits: 500, readUnits: 12_000 };
    const outcome = await simulate({ ...SCENARIOS['one source'], indexWarm, rate: 700, seconds: 1 });
    expect([...outcome.refusals.keys()]).toEqual(['IndexWriteCapacityExceeded']);
    expect([outcome.written, outcome.stored]).toEqual([500, 500]);
  });
});

describe('the model of DynamoDB', () => {
  /** Takes as much as it gets of `wanted` in each second. */
  const drive = (capacity: OnDemandCapacity, from: number, wanted: number) => {
    const taken = Math.min(capacity.left(from), wanted);
    capacity.take(taken);
    return taken;
  };

  it('starts at 4,000 writes a second and doubles its peak in each half hour, up to the quota', () => {
    const capacity = new OnDemandCapacity(DYNAMODB.newWriteUnits);
    const taken = [0, 1, 2, 3, 4, 5].map((halfHours) => drive(capacity, halfHours * HALF_HOUR, 100_000));
    expect(taken).toEqual([4_000, 8_000, 16_000, 32_000, 40_000, 40_000]);
  });

  it('does not grow within the half hour of a peak, and keeps what it has grown to', () => {
    const capacity = new OnDemandCapacity(DYNAMODB.newWriteUnits);
    expect(drive(capacity, 0, 10_000)).toBe(4_000);
    expect(drive(capacity, HALF_HOUR - 1000, 10_000)).toBe(4_000);
    expect(drive(capacity, HALF_HOUR, 10_000)).toBe(8_000);
    expect(drive(capacity, 9 * HALF_HOUR, 10)).toBe(10);
    expect(drive(capacity, 20 * HALF_HOUR, 20_000)).toBe(16_000);
  });

  it('takes its warm throughput at once', () => {
    expect(drive(new OnDemandCapacity(12_000), 0, 100_000)).toBe(12_000);
  });

  it('counts sizes and units as DynamoDB does', () => {
    expect(sizeOf({ pk: { S: 't#1' }, expiresAt: { N: '1795212906' } })).toBe(2 + 3 + 9 + 6);
    expect([1, 1024, 1025, 2048].map(writeUnits)).toEqual([1, 1, 2, 2]);
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, true))).toEqual([1, 1, 2]);
    expect(readUnits(4097, false)).toBe(1);
  });
});

describe('docs/scale.md', () => {
  const document = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8');

  it.each(Object.entries(scaleTables()))('has the table of %s that the code computes', (_, table) => {
    expect(document).toContain(table);
  });

  it('wants shards enough that the busiest one stays below its limit', () => {
    for (const rate of [100, 6_000, 6_700, 10_000, 13_400, 40_000]) {
      expect((rate * EVENNESS) / shardsFor(rate)).toBeLessThanOrEqual(DYNAMODB.keyWriteUnits);
    }
    expect([shardsFor(10_000), shardsFor(10_000, 2)]).toEqual([16, 32]);
    expect(ceilings(8).map(({ rate }) => rate)).toEqual([4_000, 6_600, 10_000, 40_000, 50_000]);
  });
});
