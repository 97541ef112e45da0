import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSteps, MOST_POINTS, pointsOf, stepOf } from '../../../lambda/api/series/steps.ts';

const MINUTE = 60_000;
const instants = fc.integer({ min: 0, max: 4e12 });

describe('the steps of a series', () => {
  it('count each record of the span once, in the step that it lies in', () => {
    const span = fc.record({
      from: instants,
      length: fc.integer({ min: 1, max: 400 * MINUTE }),
      step: fc.integer({ min: 1, max: 30 }).map((minutes) => minutes * MINUTE),
      offsets: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })),
    });
    fc.assert(
      fc.property(span, ({ from, length, step, offsets }) => {
        const to = from + length;
        const times = offsets.map((offset) => Math.floor(from + offset * length));
        const records = times.map((ms) => ({ timestamp: new Date(ms).toISOString() }));
        const points = pointsOf(records, { from, to, step });
        expect(points).toHaveLength(countSteps(from, to, step));
        expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
        for (const { at, count } of points) {
          const begin = Date.parse(at);
          expect(begin % step).toBe(0);
          expect(count).toBe(times.filter((ms) => ms >= begin && ms < begin + step).length);
        }
        expect(Date.parse(points[0]?.at ?? '')).toBeLessThanOrEqual(from);
        expect(Date.parse(points.at(-1)?.at ?? '') + step).toBeGreaterThanOrEqual(to);
      }),
    );
  });

  it('have the least, the mean and the greatest of a value, and count only what has it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: undefined })),
        (readings) => {
          const records = readings.map((disk) => ({
            timestamp: new Date(MINUTE).toISOString(),
            ...(disk !== undefined && { values: { disk } }),
          }));
          const [point] = pointsOf(records, { from: MINUTE, to: MINUTE + 1, step: MINUTE, value: 'disk' });
          const known = readings.filter((reading) => reading !== undefined);
          expect(point?.count).toBe(known.length);
          expect(point !== undefined && 'mean' in point).toBe(known.length > 0);
          if (known.length === 0) return;
          expect([point?.min, point?.max]).toEqual([Math.min(...known), Math.max(...known)]);
          expect(point?.mean).toBeGreaterThanOrEqual(Math.min(...known));
          expect(point?.mean).toBeLessThanOrEqual(Math.max(...known));
        },
      ),
    );
  });

  it('are as short as people count in, and at most a hundred unless the span is of centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3e12 }), (span) => {
        expect(span / stepOf(span)).toBeLessThanOrEqual(100);
        expect(countSteps(0, span, stepOf(span))).toBeLessThanOrEqual(MOST_POINTS);
      }),
    );
    expect(stepOf(24 * 60 * MINUTE)).toBe(15 * MINUTE);
  });
});
