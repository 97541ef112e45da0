import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastWindow, windowAt } from '../../../lambda/core/roll/windows.ts';
import { repeated } from '../../support/effort.ts';
import { runsOf } from '../cron/slow-cron.ts';
import { expectation, HOUR, MINUTE, NOON } from './support.ts';

const monday = expectation({ every: '1h', windows: [{ cron: '0 14 * * 1', for: '2h', tz: 'Europe/Madrid' }] });

describe('windowAt', () => {
  it('is on from when it begins until it ends, in its zone', () => {
    const span = { beganAt: NOON, endsAt: NOON + 2 * HOUR };
    expect(windowAt(monday, NOON - 1)).toBeUndefined();
    expect(windowAt(monday, NOON)).toEqual(span);
    expect(windowAt(monday, NOON + 2 * HOUR - 1)).toEqual(span);
    expect(windowAt(monday, NOON + 2 * HOUR)).toBeUndefined();
  });

  it('is never on where there is none', () => {
    expect(windowAt(expectation({ every: '1h' }), NOON)).toBeUndefined();
    expect(lastWindow(expectation({ every: '1h' }), NOON)).toBeUndefined();
  });
});

describe('lastWindow', () => {
  it('ended at that instant, or before', () => {
    const span = { beganAt: NOON, endsAt: NOON + 2 * HOUR };
    expect(lastWindow(monday, NOON + 2 * HOUR)).toEqual(span);
    expect(lastWindow(monday, NOON + 30 * HOUR)).toEqual(span);
    expect(lastWindow(monday, NOON + 2 * HOUR - 1)?.beganAt).toBe(NOON - 7 * 24 * HOUR);
  });

  it('is forgotten after two years', () => {
    const leap = expectation({ every: '1h', windows: [{ cron: '0 0 29 2 *', for: '1h' }] });
    expect(lastWindow(leap, Date.parse('2026-01-01'))?.beganAt).toBe(Date.parse('2024-02-29'));
    expect(lastWindow(leap, Date.parse('2026-06-01'))).toBeUndefined();
  });
});

it('windows are those of a calendar in which each is written down', () => {
  const window = fc.record({
    cron: fc.constantFrom('0 3 * * *', '*/20 3 * * *', '30 2 * * 0', '0 */5 * * *'),
    minutes: fc.constantFrom(1, 10, 30, 90, 400),
    tz: fc.constantFrom('UTC', 'Europe/Madrid'),
  });
  const start = Date.parse('2026-03-25T00:00Z');
  const end = start + 6 * 24 * HOUR;
  const instants = fc.integer({ min: start + 2 * 24 * HOUR, max: end - 1 });
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 2 }), instants, (windows, ms) => {
      const spans = windows.flatMap(({ cron, minutes, tz }) =>
        runsOf(cron, tz, start, end).map((beganAt) => ({ beganAt, endsAt: beganAt + minutes * MINUTE })),
      );
      const fields = windows.map(({ cron, minutes, tz }) => ({ cron, tz, for: `${minutes}m` }));
      const one = expectation({ every: '1h', windows: fields });
      const on = spans.filter(({ beganAt, endsAt }) => beganAt <= ms && ms < endsAt);
      const expected = on.length === 0 ? undefined : Math.max(...on.map(({ endsAt }) => endsAt));
      expect(windowAt(one, ms)?.endsAt).toBe(expected);
      const ended = spans.filter(({ endsAt }) => endsAt <= ms).map(({ endsAt }) => endsAt);
      if (ended.length > 0) expect(lastWindow(one, ms)?.endsAt).toBe(Math.max(...ended));
    }),
    { numRuns: repeated(100) },
  );
});
