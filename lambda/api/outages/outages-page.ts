import type { HttpResponse } from '../http/response.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { timeOf } from '../site/times.ts';
import { lengthOf } from './length.ts';
import type { OutageView } from './view.ts';

export interface OutagesPage {
  readonly rows: readonly OutageView[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly query: { readonly source?: string | undefined; readonly open?: boolean | undefined };
  /** Relative; undefined at the end. */
  readonly older: string | undefined;
}

/** `GET /outages` for a browser. */
export function outagesPage({ rows, now, query, older }: OutagesPage): HttpResponse {
  const { source, open } = query;
  const of = source === undefined ? '' : html` of <a href="/sources/${source}">${source}</a>`;
  const filter = source === undefined ? '' : `source=${source}&`;
  const table = html`<table>
<caption class="hidden">Outages, those that began last first</caption>
<thead><tr><th scope="col">Began (<span class="zone">UTC</span>)</th><th scope="col">Source</th><th scope="col">Reason</th><th scope="col">Length</th></tr></thead>
<tbody>
${rows.map(
  (outage) =>
    html`<tr><td><a href="/outages/${outage.id}">${timeOf(outage.startedAt)}</a></td><td><a href="/sources/${outage.source}">${outage.source}</a></td><td>${outage.reason} ${outage.detail}</td><td>${lengthOf(outage, now)}${outage.endedAt === undefined && html` <span class="standing down">open</span>`}</td></tr>
`,
)}</tbody>
</table>`;
  return pageResponse({
    title: 'Outages',
    current: '/outages',
    content: html`<div class="head"><h1>Outages${of}</h1></div>
<nav class="spans" aria-label="Which"><a href="/outages?${filter}open=true"${open === true && html` aria-current="true"`}>Open</a> <a href="/outages?${filter}open=false"${open === false && html` aria-current="true"`}>Ended</a> <a href="/outages${filter && `?${filter.slice(0, -1)}`}"${open === undefined && html` aria-current="true"`}>All</a></nav>
${rows.length > 0 ? table : html`<div class="empty"><h2>There are none.</h2></div>`}
<nav class="pager" aria-label="Pages">${older && html`<a href="${older}" rel="next">Older</a>`}</nav>`,
  });
}
