import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** What a browser is told about an error. */
export function errorPage(
  { status, title, detail, instance }: { status: number; title: string; detail: string; instance: string },
  headers: Readonly<Record<string, string>>,
): HttpResponse {
  return pageResponse(
    status,
    `${status} ${title}`,
    html`<p>${detail}</p>
<p><a href="/">Start page</a>, <a href="/app">timestamps</a></p>
<p><small>Request ${instance}</small></p>`,
    headers,
  );
}
