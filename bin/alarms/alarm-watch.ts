import { setTimeout as pause } from 'node:timers/promises';

/** An alarm that is in alarm. */
export interface RaisedAlarm {
  readonly name: string;
  /** Its own words on what it means. */
  readonly description: string;
  /** When it went off. */
  readonly since: Date;
}

export interface Watch {
  /** Reads which alarms are in alarm now. */
  readonly read: () => Promise<readonly RaisedAlarm[]>;
  /**
   * The beginning of the watch. An alarm from before is not held against a deployment: it may be there to put that
   * right.
   */
  readonly since: Date;
  readonly minutes: number;
  /** @default 30_000 */
  readonly intervalMs?: number;
  /** @default - waits */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** The alarms that went off since then, as soon as there is one; none if the time passes without. */
export async function watchAlarms({
  read,
  since,
  minutes,
  intervalMs = 30_000,
  wait = pause,
}: Watch): Promise<readonly RaisedAlarm[]> {
  for (let leftMs = minutes * 60_000; ; leftMs -= intervalMs) {
    const raised = (await read()).filter((alarm) => alarm.since >= since);
    if (raised.length > 0 || leftMs <= 0) return raised;
    await wait(Math.min(intervalMs, leftMs));
  }
}
