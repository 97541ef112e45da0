import { describe, expect, it } from 'vitest';
import { countActivity } from '../../../lambda/api/timestamps/activity.ts';

const at = (text: string) => Date.parse(text);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the activity', () => {
  it('of nothing is nothing', () => {
    expect(countActivity([])).toBeUndefined();
  });

  it('of one instant is one bar at the end of a span that is not empty', () => {
    expect(countActivity([at('2026-11-20T22:15:06Z')])).toEqual({
      unit: 'minute',
      from: at('2026-11-20T21:52Z'),
      to: at('2026-11-20T22:16Z'),
      slots: 24,
      bars: [{ slot: 23, start: at('2026-11-20T22:15Z'), count: 1 }],
    });
  });

  it.each([
    ['minutes up to 4 hours', 239 * MINUTE, 'minute', 240],
    ['hours beyond that', 240 * MINUTE, 'hour', 24],
    ['hours up to 10 days', 239 * HOUR, 'hour', 240],
    ['days beyond that', 240 * HOUR, 'day', 24],
    ['days up to 240', 239 * DAY, 'day', 240],
    ['weeks beyond that', 240 * DAY, 'week', 35],
    ['weeks, however many', 240 * 70 * DAY, 'week', 2401],
  ])('is in %s', (_, span, unit, slots) => {
    const newest = at('2026-11-20T00:00Z');
    expect(countActivity([newest, newest - span])).toMatchObject({ unit, slots });
  });

  it('begins each unit where UTC does: weeks on Monday', () => {
    const activity = countActivity([at('2026-11-20T22:15Z'), at('2025-01-01T00:00Z')]);
    expect(activity?.bars.map(({ start }) => new Date(start).toISOString())).toEqual([
      '2024-12-30T00:00:00.000Z',
      '2026-11-16T00:00:00.000Z',
    ]);
  });

  it('counts every instant once, each within its slot', () => {
    const instants = Array.from({ length: 500 }, (_, i) => at('2026-11-20T00:00Z') - ((i * 7919) % 9_973) * 1000);
    const activity = countActivity(instants);
    if (activity === undefined) throw new Error('no activity');
    const { bars, from, to, slots } = activity;
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(500);
    const length = (to - from) / slots;
    for (const { slot, start, count } of bars) {
      expect(start).toBe(from + slot * length);
      expect(count).toBe(instants.filter((instant) => instant >= start && instant < start + length).length);
    }
    expect(bars.map(({ slot }) => slot)).toEqual(bars.map(({ slot }) => slot).toSorted((a, b) => a - b));
  });
});
