/** Schedules: when a source should answer next. Instants are in milliseconds since the Unix epoch. */
import type { Expectation } from './expectation.ts';

/** What is allowed of a cron expression. */
export const CRON_ALLOWED =
  'minute, hour, day, month and weekday as in crontab(5), or @daily and its like; it must come at some time, and not more often than each minute';

/**
 * What is wrong with the schedule of an expectation, and of its windows: neither or both of `every` and `cron`, a cron
 * that crontab(5) does not know, or one that never comes.
 *
 * @returns undefined when nothing is; else the field (`cron`, `windows.0.cron`) and what is allowed there
 */
export function checkSchedule(_expectation: Expectation): { field: string; allowed: string } | undefined {
  throw new Error('not yet');
}

/** The first instant strictly after `ms` at which an answer is due that follows the last one (`every`), or the clock (`cron`). */
export function nextAfter(_expectation: Pick<Expectation, 'every' | 'cron' | 'tz'>, _ms: number): number {
  throw new Error('not yet');
}

/** When the next answer is due, before grace; undefined as long as there is nothing to count from. */
export function dueAt(
  _expectation: Expectation,
  _from: { readonly lastContact?: number | undefined; readonly baseline?: number | undefined },
): number | undefined {
  throw new Error('not yet');
}
