/** Times and lengths as messages have them. All instants are in milliseconds since the Unix epoch. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2 h 40 min`, `3 d 4 h`, `less than a minute`: the two greatest units, nothing rounded up. */
export function lengthOf(ms: number): string {
  if (ms < MINUTE) return 'less than a minute';
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const units = [days > 0 && `${days} d`, hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`];
  return units
    .slice(units.findIndex(Boolean))
    .slice(0, 2)
    .filter((unit) => unit !== false)
    .join(' ');
}

/** `2026-11-25 09:05 Europe/Madrid (08:05 UTC)`; the day of UTC, too, where it is another. */
export function timeIn(zone: string, instant: number): string {
  const utc = minuteIn('UTC', instant);
  const local = minuteIn(zone, instant);
  if (zone === 'UTC') return `${utc} UTC`;
  const sameDay = local.slice(0, 10) === utc.slice(0, 10);
  return `${local} ${zone} (${sameDay ? utc.slice(11) : utc} UTC)`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-25 09:05` */
function minuteIn(zone: string, instant: number): string {
  const formatter = formatters.get(zone) ?? formatterOf(zone);
  const parts = new Map(formatter.formatToParts(instant).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}`;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
