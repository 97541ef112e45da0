import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** `GET /docs`: the frame, which its script fills from `/openapi.json`. */
export function docsPage(): HttpResponse {
  return pageResponse({
    title: 'API',
    current: '/docs',
    script: 'docs.js',
    content: html`<h1>API</h1>
<div id="api" aria-live="polite">
<p>This page shows the <a href="/openapi.json">OpenAPI document</a>, and lets you try what it describes. It needs JavaScript for that; the document itself does not.</p>
</div>`,
  });
}
