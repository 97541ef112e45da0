import type { HttpResponse } from '../http/response.ts';
import { curlLine } from '../site/curl.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { relativeTime, timeOf } from '../site/times.ts';
import type { Run } from './runs.ts';
import type { SourceView } from './view.ts';

/** What the page knows beside the source. */
export interface SourcePageView {
  /** How the client reaches this host. */
  readonly origin: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** `GET /sources/{source}` for a browser. */
export function sourcePage(view: SourceView, { origin, now }: SourcePageView): HttpResponse {
  const { source, standing, since, lastContact, nextDue, expectation, outage, runs } = view;
  const terms = [
    ['Since', html`${timeOf(since)}, ${relativeTime(Date.parse(since), now)}`],
    ['Outage', outage && html`<a href="/outages/${outage.id}">${outage.reason}</a> ${outage.detail}`],
    ['Last contact', lastContact && html`${timeOf(lastContact)}, ${relativeTime(Date.parse(lastContact), now)}`],
    ['Next due', nextDue && html`${timeOf(nextDue)}, ${relativeTime(Date.parse(nextDue), now)}`],
    ['Description', expectation?.description],
    ['Expected', expectation && html`<code>${JSON.stringify(expectation)}</code>`],
  ];
  const known = terms.filter(([, value]) => value !== undefined);
  return pageResponse({
    title: `${source}: ${standing}`,
    content: html`<p class="crumb"><a href="/sources">Roll</a></p>
<h1>${source} <span class="standing ${standing}">${standing}</span></h1>
<dl class="card">${known.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
${expectation && turnForm(source, standing === 'paused')}
${runs.length > 0 && runsTable(runs)}
<nav class="pager" aria-label="More of this source"><a href="/app?source=${source}">Timestamps</a><a href="/outages?source=${source}">Outages</a></nav>
<h2>From a terminal</h2>
${curlLine(`curl -X POST ${origin}/app -d source=${source}`)}
${curlLine(`curl -X PUT ${origin}/sources/${source} --json '{"every": "1d", "grace": "1h"}'`)}`,
  });
}

function turnForm(source: string, paused: boolean): Html {
  const verb = paused ? 'resume' : 'pause';
  return html`<form method="post" action="/sources/${source}/${verb}"><button>${paused ? 'Resume' : 'Pause'}</button></form>`;
}

function runsTable(runs: readonly Run[]): Html {
  return html`<h2>Last runs</h2>
<table>
<caption class="hidden">Runs, the last one first</caption>
<thead><tr><th scope="col">Began (<span class="zone">UTC</span>)</th><th scope="col">Ended (<span class="zone">UTC</span>)</th><th scope="col">Took</th><th scope="col">State</th><th scope="col">Run</th></tr></thead>
<tbody>
${runs.map(
  ({ startedAt, endedAt, took, state, exit, run }) =>
    html`<tr><td>${startedAt && timeOf(startedAt)}</td><td>${endedAt && timeOf(endedAt)}</td><td>${took !== undefined && html`${took.toFixed(1)} s`}</td><td>${state}${exit !== undefined && html` (exit ${exit})`}</td><td>${run}</td></tr>
`,
)}</tbody>
</table>`;
}
