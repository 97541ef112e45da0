import type { HttpResponse } from '../http/response.ts';
import { birthdayForm } from '../people/greeting-page.ts';
import { sourceField } from '../sources/pages/source-field.ts';
import { curlLine } from './curl.ts';
import { html } from './html.ts';
import { cardLink, pageResponse } from './layout.ts';

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
${sourceField(html`Source <small>optional</small>`, 'backup')}
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
<section aria-labelledby="people" class="people">
<h2 id="people">For people, too</h2>
<p>It greets by name, counts the days to the next birthday, and forgets whoever asks for it. A date of birth is shown to nobody.</p>
<div class="columns">
<form action="/hello" class="card person"><label>Name<input name="username" maxlength="64" pattern="[A-Za-z]+" title="1 to 64 of A-Z a-z" placeholder="alice" autocomplete="off" required></label>
<button>Greet</button></form>
${birthdayForm()}
</div>
</section>
<nav class="cards" aria-label="Where to go">
${cardLink('/sources', 'Roll', 'Who should answer, and who has: those that are down come first')}
${cardLink('/outages', 'Outages', 'Who was silent when, why, and what was found')}
${cardLink('/app', 'Timestamps', 'What was recorded, newest first')}
${cardLink('/docs', 'API', 'Every address, what it takes, and a form to try it')}
</nav>`,
  });
}
