import type { HttpResponse } from '../http/response.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { noteOf } from '../site/note.ts';
import { timeOf } from '../site/times.ts';
import { lengthOf } from './length.ts';
import type { OutageView } from './view.ts';

/** `GET /outages/{id}` for a browser. */
export function outagePage(outage: OutageView, { now }: { readonly now: number }): HttpResponse {
  const {
    id,
    source,
    startedAt,
    endedAt,
    endedBy,
    reason,
    detail,
    acknowledgedAt,
    acknowledgedBy,
    notes = [],
  } = outage;
  const open = endedAt === undefined;
  const terms = [
    ['Source', html`<a href="/sources/${source}">${source}</a>`],
    ['Reason', html`${reason} ${detail}`],
    ['Began', timeOf(startedAt)],
    ['Ended', endedAt && html`${timeOf(endedAt)} by ${endedBy}`],
    ['Length', lengthOf(outage, now)],
    ['Acknowledged', acknowledgedAt && html`${timeOf(acknowledgedAt)} ${acknowledgedBy && html`by ${acknowledgedBy}`}`],
    ['Id', id],
  ];
  const known = terms.filter(([, value]) => value !== undefined);
  return pageResponse({
    title: `Outage of ${source}`,
    content: html`<p class="crumb"><a href="/outages">Outages</a></p>
<h1>${source} <span class="standing ${open ? 'down' : 'up'}">${open ? 'open' : 'ended'}</span></h1>
<dl class="card">${known.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
${open && acknowledgedAt === undefined && html`<form method="post" action="/outages/${id}/acknowledge"><button>Acknowledge</button></form>`}
<h2>Notes</h2>
<ol class="notes">${notes.map(({ at, by, text }) => html`<li><p class="fine">${timeOf(at)} ${by}</p><p class="note">${noteOf(text)}</p></li>\n`)}</ol>
<form method="post" action="/outages/${id}/notes" class="card"><label>Add a note<textarea name="text" maxlength="1500" required></textarea></label>
<button>Add</button></form>`,
  });
}
