import type { Standing, WatchReport } from '../../core/roll/state.ts';
import type { HttpResponse } from '../http/response.ts';
import { curlLine } from '../site/curl.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { relativeTime, timeOf } from '../site/times.ts';
import type { SourceSummary } from './view.ts';

export interface RollPage {
  readonly rows: readonly SourceSummary[];
  readonly watch: WatchReport | undefined;
  readonly now: number;
  /** How the client reaches this host. */
  readonly origin: string;
  readonly query: { readonly standing?: Standing | undefined; readonly tag?: string | undefined };
  /** Relative; undefined at the end. */
  readonly next: string | undefined;
}

/** `GET /sources` for a browser. */
export function sourcesPage({ rows, watch, now, origin, query, next }: RollPage): HttpResponse {
  const filtered = query.standing !== undefined || query.tag !== undefined;
  return pageResponse({
    title: 'Roll',
    current: '/sources',
    content: html`<div class="head"><h1>Roll</h1></div>
${countsOf(watch)}
${rows.length > 0 ? table(rows, now) : empty(origin, filtered)}
<nav class="pager" aria-label="Pages">${filtered && html`<a href="/sources">All</a>`}${next && html`<a href="${next}" rel="next">Next</a>`}</nav>`,
  });
}

function table(rows: readonly SourceSummary[], now: number): Html {
  return html`<table>
<caption class="hidden">Sources, worst first</caption>
<thead><tr><th scope="col">Standing</th><th scope="col">Source</th><th scope="col">Since</th><th scope="col">Last contact (<span class="zone">UTC</span>)</th><th scope="col">Next due (<span class="zone">UTC</span>)</th></tr></thead>
<tbody>
${rows.map((row) => sourceRow(row, now))}</tbody>
</table>`;
}

function sourceRow({ source, standing, since, lastContact, nextDue, outage }: SourceSummary, now: number): Html {
  const why = outage && html` <a href="/outages/${outage.id}">${outage.reason}</a>`;
  return html`<tr><td><span class="standing ${standing}">${standing}</span>${why}</td><td><a href="/sources/${source}">${source}</a></td><td class="ago">${relativeTime(Date.parse(since), now)}</td><td>${lastContact && timeOf(lastContact)}</td><td>${nextDue && timeOf(nextDue)}</td></tr>
`;
}

function countsOf(watch: WatchReport | undefined): Html | string {
  if (watch === undefined) return '';
  const counts = Object.entries(watch.counts).filter(([, count]) => count > 0);
  return html`<p class="counts">${counts.map(([standing, count]) => html`<a href="/sources?standing=${standing}"><b>${count}</b> ${standing}</a> `)}</p>`;
}

function empty(origin: string, filtered: boolean): Html {
  if (filtered) return html`<div class="empty"><h2>No source is like that.</h2></div>`;
  return html`<div class="empty"><h2>Nobody has been heard yet, and nobody is expected.</h2>
<p>Say who should answer, and how often:</p>
${curlLine(`curl -X PUT ${origin}/sources/backup --json '{"every": "1d", "grace": "1h"}'`)}</div>`;
}
