import type { TimestampRecord } from '../../core/timestamps/record.ts';
import type { HttpResponse } from '../http/response.ts';
import { addressWith } from '../lists/address.ts';
import { curlLine } from '../site/curl.ts';
import { type Html, html, raw } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { noteOf } from '../site/note.ts';
import { relativeTime, timeOf } from '../site/times.ts';
import { sourceField } from '../sources/pages/source-field.ts';
import { activityPlot } from './activity-plot.ts';
import type { ListFormat, ListPage, RowView } from './formats.ts';
import { listAddress } from './list-address.ts';
import { reportOf } from './report.ts';

const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;
const SPANS = [
  ['Last hour', HOUR],
  ['Last day', 24 * HOUR],
  ['Last week', 168 * HOUR],
] as const;
/** As many as one answer of the API may have. */
const MOST = '1000';

/** `GET /app` for a browser. */
export const PAGE_FORMAT: ListFormat = { row: timestampRow, answer: timestampsPage };

/** A record as a row of the table. */
function timestampRow(record: TimestampRecord, { now }: RowView): string {
  const { id, timestamp, source, note, clientIp, protocol } = record;
  const report = reportOf(record);
  return html`<tr><td><a href="/app/${id}">${timeOf(timestamp)}</a></td><td class="ago" data-ago>${relativeTime(Date.parse(timestamp), now)}</td><td>${source}</td><td class="note">${report && html`<span class="report">${report}</span> `}${noteOf(note)}</td><td class="by">${clientIp}</td><td class="by">${protocol}</td></tr>
`.toString();
}

/** The page, of rows that timestampRow made. */
function timestampsPage(rows: readonly string[], page: ListPage): HttpResponse {
  const { records, older, newer, filter, first } = page;
  const { source, from, to } = filter;
  const filtered = source !== undefined || from !== undefined || to !== undefined;
  const table = html`${activityPlot(records, { others: !first || older !== undefined, series: seriesOf(page) })}
<table>
<caption class="hidden">Timestamps, newest first</caption>
<thead><tr><th scope="col">Time (<span class="zone">UTC</span>)</th><th scope="col">Age</th><th scope="col">Source</th><th scope="col">Note</th><th scope="col">Address</th><th scope="col">Protocol</th></tr></thead>
<tbody>
${raw(rows.join(''))}</tbody>
</table>`;
  return pageResponse({
    title: 'Timestamps',
    current: '/app',
    content: html`<div class="head"><h1>Timestamps</h1>
<p class="news" role="status"></p>
${first && html`<label class="switch" hidden><input type="checkbox" role="switch" data-live><span>Live</span></label>`}</div>
${filterForm(page)}
<div id="list">
${rows.length > 0 ? table : emptyState(page, filtered)}
<nav class="pager" aria-label="Pages">${!first && html`<a href="${listAddress({ ...filter })}">Newest</a>`}${newer && html`<a href="${newer}" rel="prev">Newer</a>`}${older && html`<a href="${older}" rel="next">Older</a>`}</nav>
</div>
${rows.length > 0 && downloads(page)}`,
  });
}

/** Where the counts of one source over the span of the filter are, of which the plot has this page alone. */
function seriesOf({ filter: { source, from, to }, now }: ListPage) {
  if (source === undefined) return undefined;
  const since = from ?? new Date(now - MONTH).toISOString();
  const href = addressWith(`/sources/${source}/series`, { from: since, to, format: 'svg' });
  return { href, over: from === undefined ? 'the last 30 days' : 'the whole span' };
}

function filterForm({ filter, now }: ListPage): Html {
  const { source, from, to, limit } = filter;
  const spans = SPANS.map(([name, span]) => {
    const since = `${new Date(Math.floor((now - span) / 60_000) * 60_000).toISOString().slice(0, 19)}Z`;
    return html`<a href="${listAddress({ source, limit, from: since })}">${name}</a> `;
  });
  const all = html`<a href="${listAddress({ source, limit })}"${!from && !to && html` aria-current="true"`}>All time</a>`;
  return html`<form action="/app" class="filter card" data-filter aria-label="Filter">
${sourceField('Source', 'any', source)}
${timeField('From', 'from', from)}
${timeField('To', 'to', to)}
${limit && html`<input type="hidden" name="limit" value="${limit}">`}
<button>Filter</button>
<nav class="spans" aria-label="Spans">${spans}${all}</nav>
</form>`;
}

/** Fields of this type take whole seconds and no zone. */
function timeField(label: string, name: string, value: string | undefined): Html {
  return html`<label>${label} (<span class="zone">UTC</span>)<input type="datetime-local" name="${name}" step="1" min="1970-01-01T00:00" max="9999-12-31T23:59" value="${value?.slice(0, 19)}"></label>`;
}

function emptyState({ origin, filter, first }: ListPage, filtered: boolean): Html {
  if (!first) return html`<div class="empty"><h2>There are no more timestamps here.</h2></div>`;
  if (filtered) {
    return html`<div class="empty"><h2>No timestamps match this filter.</h2>
<p><a href="${listAddress({ limit: filter.limit })}">Show all timestamps</a></p></div>`;
  }
  return html`<div class="empty"><h2>There are no timestamps yet.</h2>
<p>Record the first one <a href="/">in the browser</a> or from a terminal:</p>
${curlLine(`curl -X POST ${origin}/app -d source=me -d note='the first one'`)}</div>`;
}

function downloads({ filter: { source, from, to } }: ListPage): Html {
  const link = (format: string, name: string) =>
    html`<a href="${listAddress({ source, from, to, limit: MOST, format })}" download="timestamps.${format}" data-download>${name}</a>`;
  return html`<p class="fine downloads">Download <span class="extent">the newest 1,000 that match</span> as ${link('csv', 'CSV')} or ${link('ndjson', 'NDJSON')}. <span role="status"></span></p>`;
}
