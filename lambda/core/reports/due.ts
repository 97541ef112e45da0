/** When a report is due. */

const DAY = 86_400_000;
const HOUR_OF_DAY = 8;
const MONDAY = 1;

export const REPORTS = ['last-contact', 'summary'] as const;
export type ReportName = (typeof REPORTS)[number];

/** A day of the calendar. */
interface Day {
  readonly year: number;
  /** From 1 on. */
  readonly month: number;
  readonly day: number;
}

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
  // Today's may be still to come; eight days further back none can be left out for that.
  for (let back = 0; ; back++) {
    const day = dayIn(zone, now - back * DAY);
    const isDay = report === 'last-contact' ? day.day === 1 : weekdayOf(day) === MONDAY;
    if (!isDay) continue;
    const at = instantOf(zone, day, HOUR_OF_DAY);
    if (at <= now) return { at, id: `${report}#${nameOf(day)}` };
  }
}

/** The instant of an hour of a day in a zone; one that a change of the clocks leaves out is as long after midnight. */
function instantOf(zone: string, { year, month, day }: Day, hour: number): number {
  const wanted = Date.UTC(year, month - 1, day, hour);
  let instant = wanted;
  // Twice: the first guess may lie on the other side of a change.
  for (let i = 0; i < 2; i++) instant = wanted - offsetAt(zone, instant);
  return instant;
}

/** How far a zone is ahead of UTC, in milliseconds. */
function offsetAt(zone: string, instant: number): number {
  const { year, month, day, hour, minute, second } = partsIn(zone, instant);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

function dayIn(zone: string, instant: number): Day {
  const { year, month, day } = partsIn(zone, instant);
  return { year, month, day };
}

function partsIn(timeZone: string, instant: number) {
  const numeric = 'numeric';
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
    hourCycle: 'h23',
  });
  const parts = new Map(formatter.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
}

function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

function nameOf({ year, month, day }: Day): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
