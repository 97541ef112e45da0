/** Maintenance windows: the times in which nothing is expected. Instants are in milliseconds since the Unix epoch. */
import { nextOfCron } from '../cron/cron.ts';
import { durationOf, type Expectation } from './expectation.ts';

/** One time in which nothing is expected. */
export interface WindowSpan {
  readonly beganAt: number;
  /** When it ends, or ended; not itself within. */
  readonly endsAt: number;
}

type Window = Expectation['windows'][number];

const MINUTE = 60_000;
/** What ended before the longest period and the longest grace no longer matters. */
const LONGEST_AGO = 2 * 366 * 1440 * MINUTE;

/** The window that is on at an instant; where several are, from the first that began to the last that ends. */
export function windowAt({ windows }: Expectation, ms: number): WindowSpan | undefined {
  return union(windows.map((window) => spanAt(window, ms)));
}

/** The window that ended last, at that instant or before; undefined if none has for two years. */
export function lastWindow({ windows }: Expectation, ms: number): WindowSpan | undefined {
  let last: WindowSpan | undefined;
  for (const window of windows) {
    const span = lastOf(window, ms);
    if (span && span.endsAt > (last?.endsAt ?? Number.NEGATIVE_INFINITY)) last = span;
  }
  return last;
}

/** Of one window; when it comes again before it has ended, it is on from the first that is still on. */
function spanAt(window: Window, ms: number): WindowSpan | undefined {
  const duration = durationOf(window.for);
  const beganAt = next(window, ms - duration);
  if (beganAt > ms) return undefined;
  return { beganAt, endsAt: Math.max(beganAt, lastBegun(window, beganAt, ms)) + duration };
}

/** The last time that it began, at `ms` or before and after `from`. It looks back further and further. */
function lastBegun(window: Window, from: number, ms: number): number {
  for (let back = MINUTE; ; back *= 2) {
    const start = Math.max(from, ms - back);
    let found = next(window, start);
    if (found <= ms) {
      for (let later = found; later <= ms; later = next(window, found)) found = later;
      return found;
    }
    if (start === from) return Number.NEGATIVE_INFINITY;
  }
}

function lastOf(window: Window, ms: number): WindowSpan | undefined {
  const duration = durationOf(window.for);
  const beganAt = lastBegun(window, ms - duration - LONGEST_AGO, ms - duration);
  return Number.isFinite(beganAt) ? { beganAt, endsAt: beganAt + duration } : undefined;
}

function union(spans: readonly (WindowSpan | undefined)[]): WindowSpan | undefined {
  const on = spans.filter((span) => span !== undefined);
  if (on.length === 0) return undefined;
  return {
    beganAt: Math.min(...on.map(({ beganAt }) => beganAt)),
    endsAt: Math.max(...on.map(({ endsAt }) => endsAt)),
  };
}

function next({ cron, tz = 'UTC' }: Window, ms: number): number {
  return nextOfCron(cron, tz, ms);
}
