/** What stands on pages in words: reasons, schedules, whether anybody watches. */
import type { WatchReport } from '../../../core/roll/state.ts';
import { type Html, html } from '../../site/html.ts';
import { relativeTime } from '../../site/times.ts';
import type { SourceSummary } from '../view.ts';

/** A watch looks once a minute: one that has not for so long does not. */
const WATCHED_WITHIN = 5 * 60_000;

/** Whether the report says how things stand, or how they stood when somebody last looked. */
export function isWatched(watch: WatchReport | undefined, now: number): watch is WatchReport {
  return watch !== undefined && now - watch.at < WATCHED_WITHIN;
}

/** How many sources are down, as far as anybody knows; undefined if nobody has looked lately. */
export function downOf(watch: WatchReport | undefined, now: number): number | undefined {
  return isWatched(watch, now) ? (watch.counts.down ?? 0) : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  silent: 'silent',
  failed: 'failed',
  overdue: 'a run did not end',
  limit: 'beyond a limit',
};

/** `failed: exit 2` */
export function reasonText({ reason, detail }: { readonly reason: string; readonly detail?: string | undefined }) {
  const word = REASONS[reason] ?? reason;
  return detail === undefined ? word : `${word}: ${detail}`;
}

/** `every 1d`, `30 2 * * 1-5 in Europe/Madrid`; empty where nothing is expected. */
export function scheduleText({ every, cron, tz }: Pick<SourceSummary, 'every' | 'cron' | 'tz'>): string {
  if (every !== undefined) return `every ${every}`;
  if (cron === undefined) return '';
  return tz === undefined || tz === 'UTC' ? cron : `${cron} in ${tz}`;
}

/** An instant that is told as an age, which the client script keeps true. */
export function agoOf(timestamp: string | undefined, now: number): Html | undefined {
  if (timestamp === undefined) return undefined;
  const seconds = timestamp.replace(/\.\d+Z$/, 'Z');
  return html`<time datetime="${seconds}" data-ago>${relativeTime(Date.parse(timestamp), now)}</time>`;
}
