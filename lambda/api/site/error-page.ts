import { visible } from '../../core/text/visible-text.ts';
import type { InputError } from '../http/errors.ts';
import type { HttpRequest } from '../http/request.ts';
import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { cardLink, pageResponse } from './layout.ts';
import { suggest } from './suggestions.ts';

/** What a browser is told: the members of a problem (RFC 9457). */
export interface ProblemView {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly InputError[];
}

/** @param request what was asked for, and the ids by which it can be found in the logs */
export function errorPage(
  { status, title, detail, errors }: ProblemView,
  headers: Readonly<Record<string, string>>,
  { path, requestId, traceId }: Pick<HttpRequest, 'path' | 'requestId' | 'traceId'>,
): HttpResponse {
  const faults = errors?.map(
    ({ field, received, allowed }) =>
      html`<div><dt>${visible(field)}</dt><dd>Got <code>${received}</code>.<br>Allowed is ${allowed}.</dd></div>\n`,
  );
  const meant = status === 404 ? suggest(path) : undefined;
  return pageResponse({
    status,
    title: `${status} ${title}`,
    headers,
    content: html`<p class="status">${status}</p>
<h1>${title}</h1>
${faults ? html`<dl class="card">${faults}</dl>` : html`<p class="lede">${detail}</p>`}
${meant && html`<p class="lede">Did you mean <a href="${meant}">${meant}</a>?</p>`}
<nav class="cards" aria-label="Where to go">
${cardLink('/', 'Start page', 'Record a timestamp')}
${cardLink('/app', 'Timestamps', 'What was recorded, newest first')}
${cardLink('/docs', 'API', 'Every address, what it takes, and a form to try it')}
</nav>
<p class="fine">Request <code>${requestId}</code>${traceId && html`, trace <code>${traceId}</code>`}</p>`,
  });
}
