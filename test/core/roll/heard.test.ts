import { describe, expect, it } from 'vitest';
import { fold, NOTHING_HEARD } from '../../../lambda/core/roll/heard.ts';
import { HOUR, heardOf, MINUTE, NOON, record } from './support.ts';

describe('fold', () => {
  it('hears answers', () => {
    const heard = heardOf([{ at: NOON }, { at: NOON + 1, exit: 2 }, { at: NOON + 2, state: 'fail' }]);
    expect(heard).toMatchObject({
      lastContact: NOON + 2,
      lastAnswer: NOON + 2,
      lastSuccess: NOON,
      answers: { last: 'bad', bad: [{ count: 2, since: NOON + 1, at: NOON + 2 }], good: [{ count: 1, at: NOON }] },
    });
    expect(heard?.detail).toBeUndefined();
  });

  it('has no ear for a log, and takes a start for no answer', () => {
    const heard = heardOf([{ at: NOON, state: 'log', values: { a: 1 } }], { a: { max: 0, of: 1 } });
    expect(heard).toEqual({ ...NOTHING_HEARD, lastId: heard?.lastId });
    const started = heardOf([{ at: NOON, state: 'start' }]);
    expect(started).toMatchObject({ lastContact: NOON, runs: { '': NOON } });
    expect(started?.lastAnswer).toBeUndefined();
  });

  it('changes nothing for what it has heard, or hears too late', () => {
    const first = record({ at: NOON });
    const second = record({ at: NOON + 1, exit: 1 });
    const heard = fold(fold(undefined, first), second);
    expect(fold(heard, second)).toBe(heard);
    expect(fold(heard, first)).toBe(heard);
  });

  it('begins to count successes anew with the first after a source was down', () => {
    const said = [0, 1, 60, 61, 62].map((minutes) => record({ at: NOON + minutes * MINUTE }));
    const down = NOON + 30 * MINUTE;
    const heard = said.reduce((so, one) => fold(so, one, {}, down), NOTHING_HEARD);
    // The two before are outweighed by the three after.
    expect(heard.answers?.good).toEqual([{ count: 3, since: NOON + HOUR, at: NOON + 62 * MINUTE }]);
    const untold = said.reduce((so, one) => fold(so, one), NOTHING_HEARD);
    expect(untold.answers?.good).toEqual([{ count: 5, since: NOON, at: NOON + 62 * MINUTE }]);
  });

  it('tells runs apart, and keeps when they first began', () => {
    const heard = heardOf([
      { at: NOON, state: 'start', run: 'a' },
      { at: NOON + 1, state: 'start', run: 'b' },
      { at: NOON + 2, state: 'start' },
      { at: NOON + 3, state: 'start' },
      { at: NOON + 4, run: 'b' },
      { at: NOON + 5, run: 'unknown' },
      { at: NOON + 6, state: 'start', run: 'constructor' },
      { at: NOON + 7, state: 'start', run: '__proto__' },
    ]);
    expect(Object.entries(heard?.runs ?? {})).toEqual([
      ['a', NOON],
      ['', NOON + 2],
      ['constructor', NOON + 6],
      ['__proto__', NOON + 7],
    ]);
    const ended = heardOf([{ at: NOON + 8 }, { at: NOON + 9, run: '__proto__', exit: 1 }], {}, heard);
    expect(Object.keys(ended?.runs ?? {})).toEqual(['a', 'constructor']);
  });

  it('keeps the 100 runs that began last', () => {
    const said = Array.from({ length: 150 }, (_, i) => ({ at: NOON + i, state: 'start' as const, run: String(i) }));
    const begun = Object.values(heardOf(said)?.runs ?? {});
    expect(begun).toHaveLength(100);
    expect(Math.min(...begun)).toBe(NOON + 50);
  });

  it('counts readings of values that have limits, and begins anew when a limit changes', () => {
    const said = [1, 95, 96].map((disk, i) => ({ at: NOON + i * MINUTE, values: { disk, other: 1, constructor: 2 } }));
    const limits = { disk: { max: 90, of: 3 } };
    const heard = heardOf(said, limits);
    expect(heard?.values).toEqual({
      disk: {
        max: 90,
        value: 96,
        last: 'bad',
        good: [{ count: 1, since: NOON, at: NOON }],
        bad: [{ count: 2, since: NOON + MINUTE, at: NOON + 2 * MINUTE }],
      },
    });
    const changed = heardOf([{ at: NOON + HOUR, values: { disk: 97 } }], { disk: { max: 80, of: 3 } }, heard);
    expect(changed?.values.disk).toMatchObject({ max: 80, good: [], bad: [{ count: 2, since: NOON + 2 * MINUTE }] });
    expect(heardOf([{ at: NOON + HOUR }], {}, heard)?.values).toEqual({});
  });

  it('stays small however long it listens, also to what changes its mind all the time', () => {
    const said = Array.from({ length: 20_000 }, (_, i) => ({ at: NOON + i, exit: Math.floor(Math.sqrt(i)) % 2 }));
    expect(heardOf(said)?.answers?.good.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(heardOf(said.slice(0, 10)))?.length).toBeLessThan(400);
  });

  it('is the same after a rest as text', () => {
    const said = [{ at: NOON, state: 'start' as const }, { at: NOON + 1, exit: 1 }, { at: NOON + 2 }];
    const heard = heardOf(said.slice(0, 2));
    const next = record(said[2] ?? { at: 0 });
    expect(fold(JSON.parse(JSON.stringify(heard)), next)).toEqual(fold(heard, next));
  });
});
