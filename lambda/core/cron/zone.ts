/** Time zones: when their clocks change. Local times are written as if they were UTC, in milliseconds. */

import { remembered } from './remembered.ts';

/** A time in which a zone's clocks do not change. Neighbours may have the same offset: a year's end is the end of one. */
export interface Segment {
  readonly start: number;
  /** Not itself within. */
  readonly end: number;
  /** Local time less UTC. */
  readonly offset: number;
}

const DAY = 86_400_000;
/** Some zones for two years each. */
const MOST_YEARS = 1000;
const years = new Map<string, readonly Segment[]>();

/** The segment that an instant lies in. */
export function segmentAt(zone: string, ms: number): Segment {
  const year = new Date(ms).getUTCFullYear();
  const segments = remembered(years, MOST_YEARS, `${year} ${zone}`, () => segmentsOf(zone, year));
  const segment = segments.find(({ end }) => ms < end);
  if (!segment) throw new RangeError(`no year has the instant ${ms}`);
  return segment;
}

/** The instant at which clocks show a local time: the first if they show it twice, the end of the gap if they never do. */
export function instantOf(zone: string, local: number): number {
  // No zone is more than 14 hours before UTC, so this segment is the right one, or one before it.
  let segment = segmentAt(zone, local - 15 * 3_600_000);
  while (local - segment.offset >= segment.end) segment = segmentAt(zone, segment.end);
  return Math.max(local - segment.offset, segment.start);
}

/** Looks at each day, and closer where the offset differs: no zone changes its clocks there and back within one. */
function segmentsOf(zone: string, year: number): Segment[] {
  const offsetAt = offsets(zone);
  const last = Date.UTC(year + 1, 0, 1);
  const segments: Segment[] = [];
  let start = Date.UTC(year, 0, 1);
  let offset = offsetAt(start);
  for (let day = start; day < last; day += DAY) {
    if (offsetAt(day + DAY) === offset) continue;
    let before = day;
    let after = day + DAY;
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    segments.push({ start, end: after, offset });
    start = after;
    offset = offsetAt(after);
  }
  if (start < last) segments.push({ start, end: last, offset });
  return segments;
}

function offsets(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ms)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - ms;
  };
}
