import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** `GET /hello/{username}` for a browser. */
export function greetingPage(username: string, wish: string): HttpResponse {
  return pageResponse(200, `Hello, ${username}!`, html`<p>${wish}</p>`);
}
