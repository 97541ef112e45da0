import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampInstant,
  createClock,
  createIdSource,
  idAfter,
  idBefore,
  isId,
  lowestIdAt,
  MOST_AHEAD_MICROS,
  makeId,
  microsOf,
  parseRfc3339,
  shardOf,
  timestampOf,
} from '../../../lambda/core/timestamps/timestamp-id.ts';

/** Instants up to 2255, where microseconds stop being safe integers. */
const instants = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const shardNumbers = fc.integer({ min: 0, max: 255 });
const randoms = fc.uint8Array({ minLength: 7, maxLength: 7 });

describe('an id', () => {
  it('is a UUID of version 7 and variant 10', () => {
    fc.assert(fc.property(instants, shardNumbers, randoms, (at, shard, random) => isId(makeId(at, shard, random))));
  });

  it('gives back the microsecond and the shard that it was made of', () => {
    fc.assert(
      fc.property(instants, shardNumbers, randoms, (at, shard, random) => {
        const id = makeId(at, shard, random);
        expect([microsOf(id), shardOf(id)]).toEqual([at, shard]);
      }),
    );
  });

  it('gives back every microsecond of a millisecond', () => {
    for (let micros = 1_763_676_906_172_000; micros < 1_763_676_906_173_000; micros++) {
      expect(microsOf(lowestIdAt(micros))).toBe(micros);
    }
  });

  it('carries the milliseconds as RFC 9562 lays them out', () => {
    // The example of RFC 9562, appendix A.6: 22 February 2022, 19:22:22.000 UTC.
    expect(makeId(0x017f22e279b0 * 1000, 0, new Uint8Array(7))).toBe('017f22e2-79b0-7000-8000-000000000000');
  });

  it('has a timestamp of microseconds in UTC', () => {
    expect(timestampOf(lowestIdAt(1_795_212_906_172_057))).toBe('2026-11-20T22:15:06.172057Z');
  });

  it('sorts as text as its instant does', () => {
    fc.assert(
      fc.property(instants, instants, randoms, randoms, shardNumbers, (a, b, randomA, randomB, shard) => {
        fc.pre(a < b);
        expect(makeId(a, shard, randomA) < makeId(b, shard, randomB)).toBe(true);
        expect(timestampOf(lowestIdAt(a)) <= timestampOf(lowestIdAt(b))).toBe(true);
      }),
    );
  });

  it('is no less than the lowest id of its instant, and less than that of the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e15 }), shardNumbers, randoms, (at, shard, random) => {
        const id = makeId(at, shard, random);
        expect(id >= lowestIdAt(at) && id < lowestIdAt(at + 1)).toBe(true);
      }),
    );
  });

  it('has neighbours with nothing between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4e15 }), shardNumbers, randoms, (at, shard, random) => {
        const id = makeId(at, shard, random);
        expect(idBefore(id) < id && id < idAfter(id)).toBe(true);
        expect([idAfter(idBefore(id)), idBefore(idAfter(id))]).toEqual([id, id]);
      }),
    );
  });

  it.each([
    '',
    'x',
    '017F22E2-79B0-7000-8000-000000000000',
    '017f22e2-79b0-4000-8000-000000000000',
    '017f22e2-79b0-7000-c000-000000000000',
    ' 017f22e2-79b0-7000-8000-000000000000',
  ])('is not %j', (text) => {
    expect(isId(text)).toBe(false);
  });
});

describe('a source of ids', () => {
  it('gives strictly later timestamps even when the clock stands still or steps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 2 }), (readings) => {
        const clock = readings.values();
        const nextId = createIdSource({ shards: 8, now: () => clock.next().value ?? 0 });
        const ids = readings.map(() => nextId());
        expect(ids.map(timestampOf)).toEqual([...new Set(ids.map(timestampOf))].sort());
        expect(ids).toEqual(ids.toSorted());
      }),
    );
  });

  it('never runs ahead of the clock by more than 10 seconds, and gives up the order only for that, and says so', () => {
    const moves = fc.array(
      fc.oneof(fc.integer({ min: -5_000_000, max: 5_000_000 }), fc.integer({ min: -4e12, max: 4e12 }), fc.constant(0)),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(moves, (steps) => {
        let clock = 1_795_212_906_172_057;
        const told: number[] = [];
        const nextId = createIdSource({ shards: 8, now: () => clock, onStepBack: (ahead) => told.push(ahead) });
        let last = microsOf(nextId());
        for (const step of steps) {
          clock = Math.max(0, clock + step);
          const tolds = told.length;
          const micros = microsOf(nextId());
          const ahead = last - clock;
          const isBeyond = ahead > MOST_AHEAD_MICROS;
          expect(micros - clock).toBeLessThanOrEqual(MOST_AHEAD_MICROS + 1);
          expect(told.slice(tolds)).toEqual(isBeyond ? [ahead] : []);
          if (isBeyond) expect(micros).toBe(clock);
          else expect(micros).toBeGreaterThan(last);
          last = micros;
        }
      }),
    );
  });

  it('follows a clock that was an hour ahead and is put right, and is in order again from then on', () => {
    let wall = 1_795_212_906_172;
    let counted = 0;
    const clock = createClock({ wall: () => wall, monotonic: () => counted, origin: wall });
    const told: number[] = [];
    const nextId = createIdSource({ shards: 8, now: clock, onStepBack: (ahead) => told.push(ahead) });
    const timeOf = () => {
      wall += 1;
      counted += 1;
      return Math.floor(microsOf(nextId()) / 1000);
    };
    expect(timeOf()).toBe(wall);
    wall -= 3_600_000;
    const times = [timeOf(), timeOf(), timeOf()];
    expect(times).toEqual([wall - 2, wall - 1, wall]);
    expect(told).toHaveLength(1);
  });

  it('gives each shard one id before any shard gets the next, and no other shard any', () => {
    for (const shards of [1, 3, 8, 256]) {
      const nextId = createIdSource({ shards });
      for (let turn = 0; turn < 10; turn++) {
        const drawn = Array.from({ length: shards }, nextId).map(shardOf);
        expect(drawn.toSorted((a, b) => a - b)).toEqual(Array.from({ length: shards }, (_, shard) => shard));
      }
    }
  });

  it('draws the shards in any order: each comes first as often as the others', () => {
    const shards = 8;
    const first = Array.from({ length: 1000 * shards }, () => shardOf(createIdSource({ shards })()));
    const counts = Object.values(Object.groupBy(first, String)).map((ids = []) => ids.length);
    expect(counts).toHaveLength(shards);
    // 1,000 are expected with a deviation of 30: six deviations are one failure in 500 million.
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });
});

describe('the clock', () => {
  /** A true time, of which the wall clock shows milliseconds and the monotonic clock counts with a drift. */
  const steps = fc.array(fc.record({ passed: fc.integer({ min: 0, max: 3_000_000 }), frozen: fc.boolean() }));

  it('is always within the millisecond that the wall clock shows, after a freeze and with drift too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e15 }),
        fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
        steps,
        (start, drift, moves) => {
          let now = start;
          let counted = 0;
          const clock = createClock({
            wall: () => Math.floor(now / 1000),
            monotonic: () => counted / 1000,
            origin: start / 1000,
          });
          for (const { passed, frozen } of moves) {
            now += passed;
            if (!frozen) counted += passed * (1 + drift);
            expect(Math.floor(clock() / 1000)).toBe(Math.floor(now / 1000));
          }
        },
      ),
    );
  });

  it('moves within a millisecond', () => {
    let counted = 0;
    const clock = createClock({ wall: () => 1_000, monotonic: () => counted, origin: 1_000.123 });
    const first = clock();
    counted += 0.25;
    expect([first, clock()]).toEqual([1_000_123, 1_000_373]);
  });
});

describe('a time of RFC 3339', () => {
  it.each([
    ['2026-11-20T22:15:06Z', '2026-11-20T22:15:06.000000Z'],
    ['2026-11-20t22:15:06.172057z', '2026-11-20T22:15:06.172057Z'],
    ['2026-11-20T22:15:06.1Z', '2026-11-20T22:15:06.100000Z'],
    ['2026-11-20T22:15:06.1720571Z', '2026-11-20T22:15:06.172058Z'],
    ['2026-11-20T22:15:06.172057000Z', '2026-11-20T22:15:06.172057Z'],
    ['2026-11-20T22:15:06.9999999Z', '2026-11-20T22:15:07.000000Z'],
    ['2026-11-21T01:45:06+03:30', '2026-11-20T22:15:06.000000Z'],
    ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000000Z'],
    // The examples of RFC 3339, section 5.8.
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.520000Z'],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57.000000Z'],
    ['1990-12-31T23:59:60Z', '1991-01-01T00:00:00.000000Z'],
    ['1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000000Z'],
    ['1937-01-01T12:00:27.87+00:20', '1970-01-01T00:00:00.000000Z'],
    // Leap seconds that were, with any fraction, and at the end of any month.
    ['2016-12-31T23:59:60.999999999z', '2017-01-01T00:00:00.000000Z'],
    ['2015-07-01T05:29:60+05:30', '2015-07-01T00:00:00.000000Z'],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000000Z'],
    // The ends.
    ['0000-01-01T00:00:00Z', '1970-01-01T00:00:00.000000Z'],
    ['0000-01-01T00:00:00+23:59', '1970-01-01T00:00:00.000000Z'],
    ['1969-12-31T23:59:59.9999999Z', '1970-01-01T00:00:00.000000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000000Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999968Z'],
    ['9999-12-31T23:59:60Z', '9999-12-31T23:59:59.999968Z'],
    ['9999-12-31T23:59:59-23:59', '9999-12-31T23:59:59.999968Z'],
    [`2026-11-20T22:15:06.${'0'.repeat(40)}1Z`, '2026-11-20T22:15:06.000001Z'],
  ])('%s is %s', (text, timestamp) => {
    expect(timestampOf(lowestIdAt(clampInstant(parseRfc3339(text) ?? Number.NaN)))).toBe(timestamp);
  });

  it.each([
    '',
    'now',
    '2026-11-20',
    '2026-11-20T22:15:06',
    '2026-11-20T22:15Z',
    '2026-11-20 22:15:06Z',
    '20261120T221506Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T22:60:00Z',
    '2026-11-20T22:15:60Z',
    '2026-11-20T22:15:06+24:00',
    '2026-11-20T22:15:06+0100',
    '2026-11-20T22:15:06.Z',
    '2016-12-30T23:59:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:59:60+01:00',
    '2016-12-31T23:59:61Z',
    '2023-02-29T23:59:60Z',
    '2026-11-20T22:15:06+23:60',
    '12026-11-20T22:15:06Z',
  ])('is not %j', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it('is no less than one that is earlier, over all the years there are', () => {
    const time = fc.record({
      day: fc.integer({ min: Date.parse('0000-01-02T00:00:00Z') / 86_400_000, max: 2_932_895 }),
      second: fc.oneof(fc.integer({ min: 0, max: 86_399 }), fc.constant(86_399)),
      fraction: fc.stringMatching(/^(\.\d{1,12})?$/),
      offset: fc.integer({ min: -1439, max: 1439 }),
    });
    type Time = typeof time extends fc.Arbitrary<infer T> ? T : never;
    /** The same instant as one of UTC would write it, and in another zone. */
    const texts = ({ day, second, fraction, offset }: Time) => {
      const instant = day * 86_400_000 + second * 1000;
      const two = (number: number) => String(number).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
      const write = (millis: number, name: string) =>
        `${new Date(millis).toISOString().slice(0, 19)}${fraction}${name}`;
      return { instant, utc: write(instant, 'Z'), zoned: write(instant + offset * 60_000, zone) };
    };
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [a, b] = [texts(one), texts(other)];
        expect(parseRfc3339(a.zoned)).toBe(parseRfc3339(a.utc));
        const [x, y] = [parseRfc3339(a.utc) ?? Number.NaN, parseRfc3339(b.utc) ?? Number.NaN];
        if (a.instant < b.instant) expect(x).toBeLessThanOrEqual(y);
        expect(timestampOf(lowestIdAt(clampInstant(x)))).toMatch(/^\d{4}-.{15}\d{6}Z$/);
      }),
    );
  });

  it('gives back every timestamp that an id has', () => {
    fc.assert(fc.property(instants, (at) => parseRfc3339(timestampOf(lowestIdAt(at))) === at));
  });
});
