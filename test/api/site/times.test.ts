import { describe, expect, it } from 'vitest';
import { relativeTime } from '../../../lambda/api/site/times.ts';

const NOW = Date.parse('2026-11-20T22:15:06Z');

describe('the age of a timestamp', () => {
  it.each([
    [0, 'now'],
    [1_000, '1 second ago'],
    [59_000, '59 seconds ago'],
    [60_000, '1 minute ago'],
    [119_000, '1 minute ago'],
    [3_600_000, '1 hour ago'],
    [23 * 3_600_000, '23 hours ago'],
    [24 * 3_600_000, 'yesterday'],
    [40 * 24 * 3_600_000, 'last month'],
    [800 * 24 * 3_600_000, '2 years ago'],
    [-2_000, 'in 2 seconds'],
  ])('of %i ms is %s', (age, told) => {
    expect(relativeTime(NOW - age, NOW)).toBe(told);
  });
});
