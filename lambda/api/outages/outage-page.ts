import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { noteOf } from '../site/note.ts';
import { timeOf } from '../site/times.ts';
import { reasonText } from '../sources/pages/words.ts';
import { lengthOf } from './length.ts';
import type { OutageView } from './view.ts';

/** What the page knows beside the outage. */
export interface OutagePageView {
  /** When people were told of it last; undefined if they were not. */
  readonly toldAt: string | undefined;
  /** How many sources are down, if that is known. */
  readonly down: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

interface Moment {
  readonly at: string;
  readonly what: Html | string;
  readonly kind?: string;
  readonly note?: string;
}

const ENDS: Readonly<Record<string, string>> = {
  answer: 'It answered again',
  pause: 'It was paused',
  removal: 'Nothing is expected of it any more',
  worse: 'It became worse: the source went down, which is an outage of its own',
};

/** `GET /outages/{id}` for a browser. */
export function outagePage(outage: OutageView, { toldAt, down, now }: OutagePageView): HttpResponse {
  const { id, source, endedAt, acknowledgedAt } = outage;
  const open = endedAt === undefined;
  return pageResponse({
    title: `Outage of ${source}`,
    down,
    content: html`<p class="crumb"><a href="/outages">Outages</a></p>
<h1><a href="/sources/${source}">${source}</a> <span class="standing ${open ? 'down' : 'up'}">${open ? 'open' : 'ended'}</span></h1>
<p class="lede"><b>${lengthOf(outage, now)}</b> ${reasonText(outage)}</p>
${open && acknowledgedAt === undefined && html`<form method="post" action="/outages/${id}/acknowledge"><button>Acknowledge</button> <small>Nobody is reminded of it any more.</small></form>`}
<h2>Time line (<span class="zone">UTC</span>)</h2>
<ol class="timeline">${momentsOf(outage, toldAt).map(momentItem)}${open && html`<li class="down"><b>Still open</b></li>`}</ol>
<form method="post" action="/outages/${id}/notes" class="card note-form"><label>Add a note<textarea name="text" rows="3" maxlength="1500" required></textarea></label>
<button>Add</button></form>
<p class="fine">Outage <code>${id}</code></p>`,
  });
}

/** What has happened, in the order of time. */
function momentsOf(outage: OutageView, toldAt: string | undefined): readonly Moment[] {
  const { startedAt, endedAt, endedBy = '', acknowledgedAt, acknowledgedBy, notes = [] } = outage;
  const moments: Moment[] = [{ at: startedAt, what: html`It began: ${reasonText(outage)}`, kind: 'down' }];
  if (toldAt !== undefined) moments.push({ at: toldAt, what: 'People were told of it last' });
  for (const { at, by, text } of notes)
    moments.push({ at, what: by === undefined ? 'Note' : html`Note by ${by}`, note: text });
  if (acknowledgedAt !== undefined) {
    moments.push({ at: acknowledgedAt, what: html`Acknowledged${acknowledgedBy && html` by ${acknowledgedBy}`}` });
  }
  if (endedAt !== undefined) moments.push({ at: endedAt, what: ENDS[endedBy] ?? 'It ended', kind: 'up' });
  return moments.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function momentItem({ at, what, kind, note }: Moment): Html {
  return html`<li${kind && html` class="${kind}"`}><span class="fine">${timeOf(at)}</span> <b>${what}</b>${note !== undefined && html`<p class="note">${noteOf(note)}</p>`}</li>
`;
}
