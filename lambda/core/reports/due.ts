/** When a report is due. */
import { nextOfCron } from '../cron/cron.ts';
import { segmentAt } from '../cron/zone.ts';

const DAY = 86_400_000;

/** At 8 in the morning: on the first of a month, and on Mondays. */
const TIMES = { 'last-contact': '0 8 1 * *', summary: '0 8 * * 1' } as const;
/** No two are further apart than that. */
const LONGEST = { 'last-contact': 33 * DAY, summary: 9 * DAY } as const;

export const REPORTS = ['last-contact', 'summary'] as const;
export type ReportName = (typeof REPORTS)[number];

/** When a report was due last, and its name, which no other time has. */
export interface Due {
  readonly at: number;
  /** `last-contact#2026-11-01` */
  readonly id: string;
}

/**
 * The last time at which a report was due: `last-contact` on the first of a month, `summary` on Mondays, at 8 in the morning.
 *
 * @param zone a time zone of the IANA database
 * @param now milliseconds since the Unix epoch
 */
export function lastDue(report: ReportName, zone: string, now: number): Due {
  const next = (after: number) => nextOfCron(TIMES[report], zone, after);
  let at = next(now - LONGEST[report]);
  for (let later = next(at); later <= now; later = next(at)) at = later;
  const local = new Date(at + segmentAt(zone, at).offset);
  return { at, id: `${report}#${local.toISOString().slice(0, 10)}` };
}
