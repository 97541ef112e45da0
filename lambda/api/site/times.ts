/** Times as people read them. The client script does the same in the reader's time zone. */
import { type Html, html } from './html.ts';

const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

let formatter: Intl.RelativeTimeFormat | undefined;

/** `2 minutes ago`; both instants are milliseconds since the epoch. */
export function relativeTime(instant: number, now: number): string {
  // Formatters take milliseconds to make: not at a cold start.
  formatter ??= new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const seconds = Math.round((instant - now) / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS[5];
  return formatter.format(Math.trunc(seconds / length), unit);
}

/** A timestamp of a record to the second, and the whole of it on hover. */
export function timeOf(timestamp: string): Html {
  const [date, time = ''] = timestamp.split('T');
  return html`<time datetime="${timestamp}" title="${date} ${time.slice(0, -1)} UTC">${date} ${time.slice(0, 8)}</time>`;
}

/** `2026-11-20 22:15`, in UTC. */
export function minuteOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}
