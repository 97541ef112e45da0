import type { TimestampRecord } from '../../core/timestamps/record.ts';
import type { HttpResponse } from '../http/response.ts';
import { curlLine } from '../site/curl.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { noteOf } from '../site/note.ts';
import { relativeTime, timeOf } from '../site/times.ts';
import { reportOf } from './report.ts';

/** What the page knows beside the record. */
export interface TimestampView {
  /** How the client reaches this host. */
  readonly origin: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** `GET /app/{id}` for a browser. */
export function timestampPage(record: TimestampRecord, { origin, now }: TimestampView): HttpResponse {
  const { id, timestamp, source, note, clientIp, protocol, requestId, recordedBy } = record;
  const report = reportOf(record);
  const terms = [
    ['Time (UTC)', timestamp],
    ['Source', source && html`<a href="/app?source=${source}">${source}</a>`],
    ['Note', note && noteOf(note)],
    ['Report', report === '' ? undefined : report],
    ['Recorded by', recordedBy],
    ['Address', clientIp],
    ['Protocol', protocol],
    ['Request', requestId],
    ['Id', id],
  ];
  const known = terms.filter(([, value]) => value !== undefined);
  return pageResponse({
    title: 'Timestamp',
    content: html`<p class="crumb"><a href="/app">Timestamps</a></p>
<h1 class="instant">${timeOf(timestamp)}</h1>
<p class="lede"><span class="zone">UTC</span>, <span data-ago="${timestamp}">${relativeTime(Date.parse(timestamp), now)}</span></p>
<dl class="card">${known.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
<nav class="pager" aria-label="Around this timestamp"><a href="/app?after=${id}">Newer ones</a><a href="/app?before=${id}">Older ones</a></nav>
<h2>From a terminal</h2>
${curlLine(`curl ${origin}/app/${id}`)}`,
  });
}
