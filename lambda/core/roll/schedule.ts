/** Schedules: when a source should answer next. Instants are in milliseconds since the Unix epoch. */
import { isCron, nextOfCron } from '../cron/cron.ts';
import { CRON_ALLOWED, durationOf, type Expectation } from './expectation.ts';

const EITHER = 'either every or cron; tz stands beside cron only';

/** What is wrong with a schedule. */
export interface ScheduleFault {
  /** `every`, `cron` or `windows.0.cron`. */
  readonly field: string;
  readonly allowed: string;
}

/**
 * What is wrong with the schedule of an expectation, and of its windows: neither or both of `every` and `cron`, a cron
 * that crontab(5) does not know, or one that never comes.
 *
 * @returns undefined when nothing is; else the field and what is allowed there
 */
export function checkSchedule({ every, cron, tz, windows }: Expectation): ScheduleFault | undefined {
  if ((every === undefined) === (cron === undefined)) {
    return { field: every === undefined ? 'every' : 'cron', allowed: EITHER };
  }
  if (tz !== undefined && cron === undefined) return { field: 'tz', allowed: EITHER };
  if (cron !== undefined && !isCron(cron)) return { field: 'cron', allowed: CRON_ALLOWED };
  const window = windows.findIndex((one) => !isCron(one.cron));
  return window < 0 ? undefined : { field: `windows.${window}.cron`, allowed: CRON_ALLOWED };
}

/**
 * When an answer is due after an instant, and strictly after: a period later (`every`), or when the clock says (`cron`).
 * Infinite if never.
 */
export function nextAfter({ every, cron, tz = 'UTC' }: Pick<Expectation, 'every' | 'cron' | 'tz'>, ms: number): number {
  return cron === undefined ? ms + durationOf(every) : nextOfCron(cron, tz, ms);
}

/**
 * When the next answer is due, before grace; undefined as long as there is nothing to count from.
 *
 * An answer a little before a time of `cron` counts for that time: by at most `early`, and only if it is nearer to that
 * time than that is to the next. So no answer ever counts for two times to come, however long `early` is.
 *
 * @param from the last answer, and from when on it is expected: what is due later counts
 */
export function dueAt(
  expectation: Expectation,
  from: { readonly lastContact?: number | undefined; readonly baseline?: number | undefined },
): number | undefined {
  const { lastContact, baseline } = from;
  const answered = lastContact === undefined ? undefined : dueAfterAnswer(expectation, lastContact);
  const expected = baseline === undefined ? undefined : nextAfter(expectation, baseline);
  if (answered === undefined || expected === undefined) return answered ?? expected;
  return Math.max(answered, expected);
}

function dueAfterAnswer(expectation: Expectation, answer: number): number {
  const next = nextAfter(expectation, answer);
  const early = durationOf(expectation.early);
  if (expectation.cron === undefined || next - answer > early) return next;
  const second = nextAfter(expectation, next);
  return next - answer <= (second - next) / 2 ? second : next;
}
