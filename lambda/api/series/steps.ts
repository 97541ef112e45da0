import type { TimestampRecord } from '../../core/timestamps/record.ts';

/** What was recorded within a step. */
export interface Point {
  /** When it begins, RFC 3339 in UTC. */
  readonly at: string;
  readonly count: number;
  /** Of a value; absent where nothing has it. */
  readonly min?: number;
  readonly mean?: number;
  readonly max?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What people count in. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY];
const USUAL_POINTS = 100;
/** The most points that a series has. */
export const MOST_POINTS = 1_000;

/** The shortest of the usual steps that makes few enough points of a span, in milliseconds. */
export function stepOf(span: number): number {
  return STEPS.find((step) => span / step <= USUAL_POINTS) ?? 365 * DAY;
}

/** How many steps begin within a span, with the one that its beginning lies in. */
export function countSteps(from: number, to: number, step: number): number {
  return Math.max(0, Math.ceil(to / step) - Math.floor(from / step));
}

/**
 * The steps of a span with what was recorded in them, the oldest first; those in which nothing was have a count of 0.
 *
 * @param value the name of one, for its least, mean and greatest; records without it do not count then
 */
export function pointsOf(
  records: readonly Pick<TimestampRecord, 'timestamp' | 'values'>[],
  { from, to, step, value }: { from: number; to: number; step: number; value?: string | undefined },
): readonly Point[] {
  const first = Math.floor(from / step);
  const bins = Array.from({ length: countSteps(from, to, step) }, () => ({
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  }));
  for (const { timestamp, values } of records) {
    const bin = bins[Math.floor(Date.parse(timestamp) / step) - first];
    const reading = value === undefined ? undefined : values?.[value];
    if (bin === undefined || (value !== undefined && reading === undefined)) continue;
    bin.count += 1;
    if (reading === undefined) continue;
    bin.sum += reading;
    bin.min = Math.min(bin.min, reading);
    bin.max = Math.max(bin.max, reading);
  }
  return bins.map(({ count, sum, min, max }, index) => ({
    at: new Date((first + index) * step).toISOString(),
    count,
    // The mean of equal readings is theirs, whatever their sum was rounded to.
    ...(value !== undefined && count > 0 && { min, mean: Math.min(max, Math.max(min, sum / count)), max }),
  }));
}
