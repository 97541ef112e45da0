import type { Outage, WatchReport } from '../../../core/roll/state.ts';
import type { TimestampRecord } from '../../../core/timestamps/record.ts';
import type { HttpResponse } from '../../http/response.ts';
import { durationText } from '../../outages/length.ts';
import { curlLine } from '../../site/curl.ts';
import { type Html, html } from '../../site/html.ts';
import { pageResponse } from '../../site/layout.ts';
import { noteOf } from '../../site/note.ts';
import { timeOf } from '../../site/times.ts';
import type { Run } from '../runs.ts';
import type { SourceView } from '../view.ts';
import { expectationForm } from './expectation-form.ts';
import { monthBar } from './month-bar.ts';
import { runsPlot } from './runs-plot.ts';
import { typedOf } from './typed-expectation.ts';
import { valuesPlots } from './values-plot.ts';
import { agoOf, downOf, reasonText, scheduleText } from './words.ts';

/** What the page knows beside the source. */
export interface SourcePageView {
  /** Those that were read, newest first. */
  readonly records: readonly TimestampRecord[];
  /** Those that began last first; notes are those of the newest ones. */
  readonly outages: readonly Outage[];
  /** Since when those are all, in milliseconds since the Unix epoch. */
  readonly knownFrom: number;
  readonly watch: WatchReport | undefined;
  /** The longest that a run may take, in milliseconds; 0 if there is none. */
  readonly maxRunMs: number;
  /** How the client reaches this host. */
  readonly origin: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** `GET /sources/{source}` for a browser. */
export function sourcePage(view: SourceView, page: SourcePageView): HttpResponse {
  const { source, standing, expectation, runs } = view;
  const { records, watch, maxRunMs, now } = page;
  const plots = [runsPlot(runs, maxRunMs), ...valuesPlots(source, records, expectation?.limits)].filter(Boolean);
  return pageResponse({
    title: `${source}: ${standing}`,
    down: downOf(watch, now),
    content: html`<p class="crumb"><a href="/sources">Roll</a></p>
<h1>${source} <span class="standing ${standing}">${standing}</span></h1>
${facts(view, page)}
${expectation && turnForm(source, standing === 'paused')}
${plots.length > 0 && html`<h2>Runs and values</h2>\n${plots}`}
${runs.length > 0 && runsTable(runs)}
<h2>Outages</h2>
${page.outages.length > 0 ? outagesList(page) : html`<p>None is known.</p>`}
<nav class="pager" aria-label="More of this source"><a href="/app?source=${source}">Timestamps</a><a href="/outages?source=${source}">All outages</a></nav>
<h2 id="expected">What is expected</h2>
${!expectation && html`<p>Nothing is, so nobody is told when ${source} is silent. Say how often it should answer:</p>`}
${expectationForm(source, expectation === undefined ? {} : typedOf(expectation))}
${expectation && html`<details class="fine"><summary>Expect nothing of it any more</summary><form method="post" action="/sources/${source}/unexpect"><p>Its records and its outages stay; one that is open ends, and nobody is told.</p><button class="danger">Expect nothing</button></form></details>`}
<h2>From a terminal</h2>
${terminal(view, page)}`,
  });
}

function facts(view: SourceView, { outages, knownFrom, now }: SourcePageView): Html {
  const { since, lastContact, nextDue, expectation, outage, flapping, tags } = view;
  const told = (timestamp: string | undefined) =>
    timestamp && html`${timeOf(timestamp)} <small>${agoOf(timestamp, now)}</small>`;
  const terms = [
    ['Why', outage && html`<a href="/outages/${outage.id}">${reasonText(outage)}</a>`],
    ['Since', told(since)],
    ['Flapping', flapping && 'It opens and resolves all the time: nobody is told until it is steady.'],
    ['Last contact', told(lastContact)],
    ['Next due', told(nextDue)],
    ['Expected', scheduleText(view) || undefined],
    ['Tags', tags.length > 0 ? tags.map((tag) => html`<a href="/sources?tag=${tag}">${tag}</a> `) : undefined],
    ['Description', expectation?.description && noteOf(expectation.description)],
    ['Last 30 days', html`<span class="bar">${monthBar(outages, now, knownFrom)}</span>`],
  ];
  const known = terms.filter(([, value]) => value !== undefined);
  return html`<dl class="card">${known.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

function turnForm(source: string, paused: boolean): Html {
  const verb = paused ? 'resume' : 'pause';
  return html`<form method="post" action="/sources/${source}/${verb}"><button>${paused ? 'Resume' : 'Pause'}</button></form>`;
}

function runsTable(runs: readonly Run[]): Html {
  return html`<details class="fine"><summary>The last ${runs.length === 1 ? 'run' : `${runs.length} runs`}</summary>
<table class="runs">
<caption class="hidden">Runs, the last one first</caption>
<thead><tr><th scope="col">Began (<span class="zone">UTC</span>)</th><th scope="col">Ended (<span class="zone">UTC</span>)</th><th scope="col">Took</th><th scope="col">State</th><th scope="col">Run</th></tr></thead>
<tbody>
${runs.map(
  ({ startedAt, endedAt, took, state, exit, run }) =>
    html`<tr><td>${startedAt && timeOf(startedAt)}</td><td>${endedAt && timeOf(endedAt)}</td><td>${took !== undefined && html`${took.toFixed(1)} s`}</td><td>${state}${exit !== undefined && html` (exit ${exit})`}</td><td>${run}</td></tr>
`,
)}</tbody>
</table></details>`;
}

function outagesList({ outages, now }: SourcePageView): Html {
  return html`<ul class="outages">${outages.map(({ id, startedAt, endedAt = now, endedBy, reason, detail, notes }) => {
    const began = new Date(startedAt).toISOString();
    const last = notes.at(-1);
    return html`<li><a href="/outages/${id}">${timeOf(began)}</a> ${endedBy === undefined && html`<span class="standing down">open</span> `}<b>${durationText(endedAt - startedAt)}</b> ${reasonText({ reason, detail })}${last && html`<p class="note">${noteOf(last.text)}</p>`}${notes.length > 1 && html`<small>${notes.length} notes</small>`}</li>\n`;
  })}</ul>`;
}

function terminal({ source, expectation, cron, tz = 'UTC' }: SourceView, { origin }: SourcePageView): Html {
  const ping = `curl -fsS -m 10 --retry 5 -o /dev/null ${origin}/ping/${source}`;
  const when = cron === undefined ? '30 2 * * *' : `CRON_TZ=${tz}\n${cron.trim()}`;
  const quoted = JSON.stringify(expectation ?? { every: '1d', grace: '1h' }).replaceAll("'", "'\\''");
  const lines = [
    ['Say that it is well', `curl -X POST ${origin}/app -d source=${source}`],
    ['Ping it, as known clients do', ping],
    ['In a crontab, with the exit status', `${when} your-command; ${ping}/$?`],
    ['Say what is expected', `curl -X PUT ${origin}/sources/${source} --json '${quoted}'`],
  ];
  return html`${lines.map(([does = '', line = '']) => html`<h3>${does}</h3>\n${curlLine(line)}\n`)}`;
}
