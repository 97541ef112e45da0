/**
 * Cron as it is written down: it looks at the clock on the wall each minute. What runs by intervals runs if the clock shows
 * it; what runs at fixed times runs if the clock has come to it, or past it, for the first time.
 */
const MINUTE = 60_000;

/** The instants in [from, to) at which it runs; `from` is not within two hours of a change. */
export function runsOf(expression: string, zone: string, from: number, to: number): number[] {
  const [minute = '', hour = ''] = expression.split(' ');
  const isByIntervals = minute.startsWith('*') || hour.startsWith('*');
  const runs: number[] = [];
  let latest = wall(zone, from - MINUTE);
  for (let now = from; now < to; now += MINUTE) {
    const shown = wall(zone, now);
    if (isByIntervals ? isNamed(expression, new Date(shown)) : anyNamed(expression, latest, shown)) runs.push(now);
    latest = Math.max(latest, shown);
  }
  return runs;
}

/** Whether an expression names a local time. */
export function isNamed(expression: string, local: Date): boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ');
  const isDay = has(day, local.getUTCDate(), 1, 31);
  const isWeekday = has(weekday, local.getUTCDay(), 0, 7);
  const both = day.startsWith('*') || weekday.startsWith('*');
  return (
    has(minute, local.getUTCMinutes(), 0, 59) &&
    has(hour, local.getUTCHours(), 0, 23) &&
    has(month, local.getUTCMonth() + 1, 1, 12) &&
    (both ? isDay && isWeekday : isDay || isWeekday)
  );
}

function anyNamed(expression: string, after: number, to: number): boolean {
  for (let local = after + MINUTE; local <= to; local += MINUTE) {
    if (isNamed(expression, new Date(local))) return true;
  }
  return false;
}

function has(field: string, value: number, least: number, most: number): boolean {
  return field.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [low, high] = range === '*' ? [least, most] : range.split('-').map(Number);
    const first = low ?? least;
    return value >= first && value <= (high ?? first) && (value - first) % Number(step) === 0;
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wall(zone: string, ms: number): number {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  return Date.parse(`${format.format(ms).replace(' ', 'T')}Z`);
}
