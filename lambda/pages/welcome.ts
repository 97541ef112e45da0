import type { HttpResponse } from '../http/response.ts';
import { curlLine } from './curl.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** A line for a terminal, and what it does. */
export interface CurlExample {
  readonly does: string;
  readonly command: string;
}

/** How to use Rollcall from a terminal. */
export function curlExamples(origin: string): CurlExample[] {
  return [
    { does: 'Record a timestamp', command: `curl -X POST ${origin}/app` },
    {
      does: 'Say who, and what',
      command: `curl -X POST ${origin}/app -d source=backup -d note='nightly run finished'`,
    },
    { does: 'Read the newest', command: `curl ${origin}/app` },
    { does: 'Read those of one source as CSV', command: `curl '${origin}/app?source=backup&limit=10&format=csv'` },
  ];
}

/** `GET /` for a browser. */
export function welcomePage(examples: readonly CurlExample[]): HttpResponse {
  return pageResponse({
    title: 'Record that something happened',
    current: '/',
    content: html`<div class="columns">
<section aria-labelledby="record">
<h1 id="record">Record that something happened</h1>
<p class="lede">One request, one timestamp: in order, to the microsecond, with who said so. For jobs, scripts and people.</p>
<form method="post" action="/app" class="card" data-record>
<label>Source <small>optional</small><input name="source" maxlength="64" pattern="[A-Za-z0-9._\\-]+" title="1 to 64 of A-Z a-z 0-9 . _ -" placeholder="backup" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
<label>Note <small>optional</small><input name="note" maxlength="1024" placeholder="nightly run finished" autocomplete="off"></label>
<button>Record a timestamp</button>
<div class="recorded" role="status"></div>
</form>
</section>
<section aria-labelledby="terminal">
<h2 id="terminal">From a terminal</h2>
${examples.map(({ does, command }) => html`<h3>${does}</h3>\n${curlLine(command)}\n`)}
</section>
</div>
<nav class="cards" aria-label="Where to go">
<a class="card" href="/app"><b>Timestamps</b> <span>What was recorded, newest first: as a page, JSON, CSV or NDJSON.</span></a>
<a class="card" href="/docs"><b>API</b> <span>Every address and what it takes. Try each of them in the browser.</span></a>
</nav>`,
  });
}
