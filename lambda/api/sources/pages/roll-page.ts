import { STANDINGS, type Standing, type WatchReport } from '../../../core/roll/state.ts';
import type { HttpResponse } from '../../http/response.ts';
import { curlLine } from '../../site/curl.ts';
import { type Html, html } from '../../site/html.ts';
import { pageResponse } from '../../site/layout.ts';
import { relativeTime } from '../../site/times.ts';
import type { SourceSummary } from '../view.ts';
import { type BarOutage, barBegin, monthBar } from './month-bar.ts';
import { agoOf, downOf, isWatched, reasonText, scheduleText } from './words.ts';

export interface RollPage {
  readonly rows: readonly SourceSummary[];
  /** The outages of the rows that are known, by the names of sources. */
  readonly outages: ReadonlyMap<string, readonly BarOutage[]>;
  /** Since when those are all. */
  readonly knownFrom: number;
  readonly watch: WatchReport | undefined;
  readonly now: number;
  /** How the client reaches this host. */
  readonly origin: string;
  readonly query: RollFilter;
  /** Relative; undefined at the end. */
  readonly next: string | undefined;
}

export interface RollFilter {
  readonly standing?: Standing | undefined;
  readonly tag?: string | undefined;
  readonly name?: string | undefined;
}

/** `GET /sources` for a browser. */
export function rollPage(page: RollPage): HttpResponse {
  const { rows, watch, now, query, next } = page;
  const filtered = query.standing !== undefined || query.tag !== undefined || query.name !== undefined;
  return pageResponse({
    title: 'Roll',
    current: '/sources',
    down: downOf(watch, now),
    content: html`<div class="head"><h1>Roll</h1>
<label class="switch" hidden><input type="checkbox" role="switch" data-roll checked><span>Live</span></label></div>
<p class="news line" role="status"></p>
<div id="now" data-part>
${verdict(watch, now)}
${tiles(watch, query)}
</div>
${filterForm(query)}
<div id="list" data-part>
${rows.length > 0 ? table(page) : empty(page, filtered)}
<nav class="pager" aria-label="Pages">${filtered && html`<a href="/sources">All</a>`}${next && html`<a href="${next}" rel="next">Next</a>`}</nav>
</div>`,
  });
}

/** What somebody wants to know who looks from across the room. */
function verdict(watch: WatchReport | undefined, now: number): Html {
  const { kind, text, more } = verdictOf(watch, now);
  // The age has a line of its own: nothing moves when it grows.
  const looked = watch && html`Watched ${agoOf(new Date(watch.at).toISOString(), now)}`;
  return html`<p class="verdict ${kind}"><b>${text}</b> <span>${more}</span> <span>${looked}</span></p>`;
}

function verdictOf(watch: WatchReport | undefined, now: number) {
  if (watch === undefined) {
    return { kind: 'unknown', text: 'Nobody has watched yet.', more: 'The watch looks once a minute.' };
  }
  if (!isWatched(watch, now)) return { kind: 'down', text: 'Nobody watches.', more: 'What stands here was true then.' };
  if (watch.blindSince !== undefined) {
    const more = `The last of it came ${relativeTime(watch.blindSince, now)}; nobody is judged.`;
    return { kind: 'down', text: 'Nothing at all comes in.', more };
  }
  const { down = 0, late = 0, affected = 0, up = 0 } = watch.counts;
  const more = [late > 0 && `${late} late`, affected > 0 && `${affected} beyond a limit`].filter(Boolean).join(', ');
  if (down > 0) return { kind: 'down', text: down === 1 ? '1 is down.' : `${down} are down.`, more };
  if (late + affected > 0) return { kind: 'late', text: 'Nobody is down.', more };
  return { kind: 'up', text: up > 0 ? 'Everybody answers.' : 'Nobody is down.', more };
}

function tiles(watch: WatchReport | undefined, { standing }: RollFilter): Html {
  const tile = (one: Standing) =>
    html`<a href="/sources?standing=${one}" class="${one}"${one === standing && html` aria-current="true"`}><b>${watch?.counts[one] ?? 0}</b> ${one}</a>`;
  return html`<nav class="tiles" aria-label="By standing">${STANDINGS.map(tile)}</nav>`;
}

function filterForm({ standing, tag, name }: RollFilter): Html {
  const option = (one: Standing) => html`<option${one === standing && html` selected`}>${one}</option>`;
  const field = (label: string, key: string, value: string | undefined, placeholder: string) =>
    html`<label>${label}<input name="${key}" value="${value}" maxlength="64" pattern="[A-Za-z0-9._\\-]+" title="1 to 64 of A-Z a-z 0-9 . _ -" placeholder="${placeholder}" autocomplete="off" autocapitalize="off" spellcheck="false"></label>`;
  const isUsed = standing !== undefined || tag !== undefined || name !== undefined;
  return html`<details class="filters"${isUsed && html` open`}><summary>Filter</summary>
<form action="/sources" class="filter card" data-filter aria-label="Filter">
${field('Name begins with', 'name', name, 'backup')}
${field('Tag', 'tag', tag, 'any')}
<label>Standing<select name="standing"><option value="">any</option>${STANDINGS.map(option)}</select></label>
<button>Filter</button>
</form></details>`;
}

function table(page: RollPage): Html {
  const since = barBegin(page.now) < page.knownFrom && ' of which not all is read';
  return html`<table class="roll">
<caption class="hidden">Sources, worst first</caption>
<thead><tr><th scope="col">Standing</th><th scope="col">Source</th><th scope="col">Since</th><th scope="col">Last contact</th><th scope="col">Next due</th><th scope="col">Last 30 days${since}</th></tr></thead>
<tbody>
${page.rows.map((row) => sourceRow(row, page))}</tbody>
</table>`;
}

function sourceRow(row: SourceSummary, { now, outages, knownFrom }: RollPage): Html {
  const { source, standing, since, lastContact, nextDue, outage, tags, flapping } = row;
  const why = outage ? reasonText(outage) : scheduleText(row);
  const said = [why, flapping && 'flapping', outage?.acknowledgedAt && 'acknowledged', tags.join(' ')];
  const bar = monthBar(outages.get(source) ?? [], now, knownFrom);
  return html`<tr class="${standing}"><td><b>${standing}</b></td><td><a href="/sources/${source}">${source}</a><small>${said.filter(Boolean).join(' · ')}</small></td><td>${agoOf(since, now)}</td><td>${agoOf(lastContact, now)}</td><td>${agoOf(nextDue, now)}</td><td>${bar}</td></tr>
`;
}

function empty({ origin, query: { name } }: RollPage, filtered: boolean): Html {
  if (filtered) {
    const add = name && html`<p><a href="/sources/${name}">Say what is expected of ${name}</a></p>`;
    return html`<div class="empty"><h2>No source is like that.</h2>${add}</div>`;
  }
  return html`<div class="empty"><h2>Nobody has been heard yet, and nobody is expected.</h2>
<p>Say who should answer, and how often: <a href="/sources/backup">in the browser</a> or from a terminal:</p>
${curlLine(`curl -X PUT ${origin}/sources/backup --json '{"every": "1d", "grace": "1h"}'`)}</div>`;
}
