import type { OutageView } from './view.ts';

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** How long an outage took, or has taken, such as `2 h 40 min`. */
export function lengthOf({ startedAt, endedAt }: Pick<OutageView, 'startedAt' | 'endedAt'>, now: number): string {
  return durationText((endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

/** A time in milliseconds in its two largest units, such as `2 h 40 min`. */
export function durationText(ms: number): string {
  let seconds = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}
