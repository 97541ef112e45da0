import type { Reason } from '../../../core/roll/state.ts';
import { durationText } from '../../outages/length.ts';
import { type Html, html } from '../../site/html.ts';

const DAY = 86_400_000;
const DAYS = 30;
/** The height of a day in the units of the plot, in which it is one wide: the style sheet has the same proportions. */
const HEIGHT = 6;

/** An outage as far as a bar needs it. Instants are in milliseconds since the Unix epoch. */
export interface BarOutage {
  readonly startedAt: number;
  /** @default - it is open */
  readonly endedAt?: number | undefined;
  readonly reason: Reason;
}

/** Where the first day of a bar begins: the days are those of UTC, and the last one is today. */
export function barBegin(now: number): number {
  return (Math.floor(now / DAY) - DAYS + 1) * DAY;
}

/**
 * The last 30 days of a source, told in words, too: how much of each day it was down, and how much of it a value was beyond
 * its limit.
 *
 * @param knownFrom since when all outages are among these; what was before is drawn as not known
 */
export function monthBar(outages: readonly BarOutage[], now: number, knownFrom = Number.NEGATIVE_INFINITY): Html {
  const from = barBegin(now);
  const unknown = Math.min(DAYS, Math.max(0, Math.ceil((knownFrom - from) / DAY)));
  const down = outages.filter(({ reason, endedAt = now }) => reason !== 'limit' && endedAt > from);
  const affected = outages.filter(({ reason, endedAt = now }) => reason === 'limit' && endedAt > from);
  const path = (name: string, shape: string) => shape && html`<path class="${name}" d="${shape}"/>`;
  const known = unknown === DAYS ? 'not known' : summaryOf(down, affected, { from, now });
  const label = unknown > 0 && unknown < DAYS ? `${known} in ${DAYS - unknown} days` : known;
  return html`<svg viewBox="0 0 ${DAYS} ${HEIGHT}" role="img" aria-label="${label}">${path('u', unknown > 0 ? `M0 0h${unknown}v${HEIGHT}H0z` : '')}${path('a', shapeOf(affected, from, now))}${path('d', shapeOf(down, from, now))}</svg>`;
}

function summaryOf(
  down: readonly BarOutage[],
  affected: readonly BarOutage[],
  { from, now }: { readonly from: number; readonly now: number },
): string {
  if (down.length + affected.length === 0) return 'no outage';
  const long = down.reduce((sum, { startedAt, endedAt = now }) => sum + endedAt - Math.max(startedAt, from), 0);
  const parts = [
    down.length > 0 && `${down.length === 1 ? 'an outage' : `${down.length} outages`}, ${durationText(long)}`,
    affected.length > 0 && `beyond a limit ${affected.length === 1 ? 'once' : `${affected.length} times`}`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** Each day on which there was some of it, as high as its share of the day, and high enough to be seen. */
function shapeOf(outages: readonly BarOutage[], from: number, now: number): string {
  const shares = new Map<number, number>();
  for (const { startedAt, endedAt = now } of outages) {
    const first = Math.max(0, Math.floor((startedAt - from) / DAY));
    const last = Math.min(DAYS - 1, Math.floor((endedAt - from) / DAY));
    for (let day = first; day <= last; day++) {
      const begin = from + day * DAY;
      const share = (Math.min(endedAt, begin + DAY) - Math.max(startedAt, begin)) / DAY;
      shares.set(day, (shares.get(day) ?? 0) + Math.max(0, share));
    }
  }
  return [...shares]
    .map(([day, share]) => [day, Math.min(HEIGHT, Math.max(2, Math.round(share * HEIGHT)))] as const)
    .map(([day, height]) => `M${day} ${HEIGHT}v-${height}h1v${height}z`)
    .join('');
}
