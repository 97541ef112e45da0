import type { TimestampRecord } from '../../core/timestamps/record.ts';
import { microsOf } from '../../core/timestamps/timestamp-id.ts';
import { type Html, html } from '../site/html.ts';
import { minuteOf } from '../site/times.ts';
import { type Activity, countActivity } from './activity.ts';

/** The height of the plot in its own units, in which a slot is one wide. */
const HEIGHT = 100;
const GAP = 0.15;

/** What the records of a page are of all that match. */
export interface Extent {
  /** Whether there are others, on other pages. */
  readonly others: boolean;
  /** Where counts over more than this page are, and over what; undefined where there are none. @default - none */
  readonly series?: { readonly href: string; readonly over: string } | undefined;
}

/** How many of the records shown there were when, as bars, and that there are others which it leaves out; nothing for no records. */
export function activityPlot(records: readonly TimestampRecord[], { others, series }: Extent): Html | undefined {
  const activity = countActivity(records.map(({ id }) => Math.floor(microsOf(id) / 1000)));
  if (activity === undefined) return undefined;
  const { unit, from, to, slots, bars } = activity;
  const busiest = bars.reduce((most, bar) => (bar.count > most.count ? bar : most));
  const labelOf = (instant: number) => labelIn(unit, instant);
  const rects = bars.map(({ slot, start, count }) => {
    const height = Math.max(2, Math.round((count / busiest.count) * HEIGHT));
    return html`<rect x="${slot + GAP / 2}" y="${HEIGHT - height}" width="${1 - GAP}" height="${height}"><title>${count} at ${labelOf(start)} UTC</title></rect>`;
  });
  const total = records.length === 1 ? '1 timestamp' : `${records.length} timestamps`;
  const extent = others ? 'on this page; other pages have more' : 'all that match';
  const link = series && html` <a href="${series.href}">Counts of ${series.over}</a>`;
  const summary = `${total}, at most ${busiest.count} in ${unit === 'hour' ? 'an' : 'a'} ${unit}`;
  return html`<figure class="plot" id="plot">
<figcaption><b>${summary}</b>: ${extent}.${link}</figcaption>
<svg viewBox="0 0 ${slots} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}: ${extent}; most at ${labelOf(busiest.start)} UTC; from ${labelOf(from)} to ${labelOf(to)} UTC">${rects}</svg>
<p class="axis"><span>${labelOf(from)}</span><span>UTC</span><span>${labelOf(to)}</span></p>
</figure>`;
}

function labelIn(unit: Activity['unit'], instant: number): string {
  const minute = minuteOf(instant);
  return unit === 'day' || unit === 'week' ? minute.slice(0, 'YYYY-MM-DD'.length) : minute;
}
