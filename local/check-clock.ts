import { setTimeout as sleep } from 'node:timers/promises';
import type { TimestampStore } from '../lambda/core/timestamps/store.ts';
import { MOST_AHEAD_MICROS, microsOf, timestampOf } from '../lambda/core/timestamps/timestamp-id.ts';
import { StartError } from './start-error.ts';

/** Set to 1, it lets the server start though its clock is behind the newest record. */
export const TRUST_CLOCK = 'TRUST_CLOCK';

export interface ClockCheckOptions {
  readonly timestamps: Pick<TimestampStore, 'list'>;
  /** Whether the clock is right, whatever the records say. */
  readonly trusted: boolean;
  /** Milliseconds since the Unix epoch. @default the system's clock */
  readonly now?: () => number;
  /** @default a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/**
 * Checks that new records will stand after those that are there. A clock that is a little behind the newest one is waited
 * for, as a running server would keep the order. One that is further behind is wrong now, or was wrong then: nobody who
 * reads on `after` the newest record would see what is recorded until it has caught up, so whoever started the server is to
 * say which it is.
 *
 * @throws StartError that says how far it is behind, and what to do
 */
export async function checkClock(options: ClockCheckOptions): Promise<void> {
  const { timestamps, trusted, now = Date.now, wait = sleep } = options;
  const [newest] = (await timestamps.list({ limit: 1 })).records;
  if (newest === undefined || trusted) return;
  const behind = Math.ceil(microsOf(newest.id) / 1000) - now();
  if (behind <= 0) return;
  if (behind * 1000 <= MOST_AHEAD_MICROS) {
    await wait(behind);
    return;
  }
  throw new StartError(
    `the clock says ${new Date(now()).toISOString()}, but the newest record is of ${timestampOf(newest.id)}, ${spanOf(behind)} later; ` +
      "what is recorded until then would stand before it, where who reads on after it never looks. Put this machine's clock " +
      `right; if the clock is right and the record is not, start with ${TRUST_CLOCK}=1`,
  );
}

function spanOf(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}
