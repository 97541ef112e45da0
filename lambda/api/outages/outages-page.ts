import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { timeOf } from '../site/times.ts';
import { reasonText } from '../sources/pages/words.ts';
import { lengthOf } from './length.ts';
import type { OutageView } from './view.ts';

export interface OutagesPage {
  readonly rows: readonly OutageView[];
  /** Those that are open, where the page shows them apart, first; they are not among the rows. */
  readonly open: readonly OutageView[];
  /** How many sources are down, if that is known. */
  readonly down: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly query: { readonly source?: string | undefined; readonly open?: boolean | undefined };
  /** Relative; undefined at the end. */
  readonly older: string | undefined;
}

/** `GET /outages` for a browser. */
export function outagesPage({ rows, open: openOnes, down, now, query, older }: OutagesPage): HttpResponse {
  const { source, open } = query;
  const of = source === undefined ? '' : html` of <a href="/sources/${source}">${source}</a>`;
  const filter = source === undefined ? '' : `source=${source}&`;
  return pageResponse({
    title: 'Outages',
    current: '/outages',
    down,
    content: html`<div class="head"><h1>Outages${of}</h1></div>
<nav class="spans" aria-label="Which"><a href="/outages?${filter}open=true"${open === true && html` aria-current="true"`}>Open</a> <a href="/outages?${filter}open=false"${open === false && html` aria-current="true"`}>Ended</a> <a href="/outages${filter && `?${filter.slice(0, -1)}`}"${open === undefined && html` aria-current="true"`}>All</a></nav>
${openOnes.length > 0 && html`<h2>Open</h2>${openOnes.map((outage) => openCard(outage, now))}`}
${openOnes.length > 0 && rows.length > 0 && html`<h2>Before</h2>`}
${rows.length > 0 ? table(rows, now) : openOnes.length === 0 && html`<div class="empty"><h2>There are none.</h2></div>`}
<nav class="pager" aria-label="Pages">${older && html`<a href="${older}" rel="next">Older</a>`}</nav>`,
  });
}

/** An outage that is open, with what can be done about it. */
function openCard(outage: OutageView, now: number): Html {
  const { id, source, startedAt, acknowledgedAt, acknowledgedBy, reason } = outage;
  const kind = reason === 'limit' ? 'affected' : 'down';
  const taken = html`<p class="fine">Acknowledged ${acknowledgedBy && html`by ${acknowledgedBy}`}</p>`;
  const take = html`<form method="post" action="/outages/${id}/acknowledge"><button>Acknowledge<span class="hidden"> that of ${source}</span></button></form>`;
  return html`<article class="card open ${kind}"><h3><a href="/outages/${id}">${source}</a></h3>
<p><b>${lengthOf(outage, now)}</b> ${reasonText(outage)}, since ${timeOf(startedAt)}</p>${acknowledgedAt === undefined ? take : taken}</article>
`;
}

function table(rows: readonly OutageView[], now: number): Html {
  return html`<table>
<caption class="hidden">Outages, those that began last first</caption>
<thead><tr><th scope="col">Began (<span class="zone">UTC</span>)</th><th scope="col">Source</th><th scope="col">Reason</th><th scope="col">Length</th></tr></thead>
<tbody>
${rows.map(
  (outage) =>
    html`<tr><td><a href="/outages/${outage.id}">${timeOf(outage.startedAt)}</a></td><td><a href="/sources/${outage.source}">${outage.source}</a></td><td>${reasonText(outage)}</td><td>${lengthOf(outage, now)}${outage.endedAt === undefined && html` <span class="standing down">open</span>`}</td></tr>
`,
)}</tbody>
</table>`;
}
