import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** How to use Rollcall from a terminal. */
export function curlExamples(origin: string): string {
  return `curl -X POST ${origin}/app
curl -X POST ${origin}/app -d source=backup -d note='nightly run finished'
curl ${origin}/app
curl '${origin}/app?source=backup&limit=10&format=csv'
`;
}

/** `GET /` for a browser. */
export function welcomePage(origin: string): HttpResponse {
  return pageResponse(
    200,
    'Record that something happened',
    html`<p>Rollcall records that something happened, when, and who said so.</p>
<form method="post" action="/app">
<label>Source (optional)<input name="source" maxlength="64" pattern="[A-Za-z0-9._\\-]+" autocomplete="off"></label>
<label>Note (optional)<input name="note" maxlength="1024" autocomplete="off"></label>
<button>Record a timestamp</button>
</form>
<h2>From a terminal</h2>
<pre>${curlExamples(origin)}</pre>`,
  );
}
