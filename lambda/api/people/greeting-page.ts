import type { HttpResponse } from '../http/response.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';

/** `GET /hello/{username}` for a browser. */
export function greetingPage(username: string, wish: string): HttpResponse {
  const greeting = `Hello, ${username}!`;
  return pageResponse({
    title: greeting,
    content: html`<div class="hero">
<h1>${greeting}</h1>
<p class="lede">${wish}</p>
</div>`,
  });
}
