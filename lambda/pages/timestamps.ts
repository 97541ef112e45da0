import type { TimestampRecord } from '../domain/timestamp-record.ts';
import type { PageLinks } from '../http/list-formats.ts';
import type { HttpResponse } from '../http/response.ts';
import { html, raw } from './html.ts';
import { pageResponse } from './layout.ts';

/** A record as a row of the table. */
export function timestampRow({ id, timestamp, source, note, clientIp, protocol }: TimestampRecord): string {
  return html`<tr><td><a href="/app/${id}"><time datetime="${timestamp}">${timestamp}</time></a></td><td>${source}</td><td class="note">${note}</td><td>${clientIp}</td><td>${protocol}</td></tr>
`.toString();
}

/** `GET /app` for a browser, of rows that timestampRow made. */
export function timestampsPage(rows: readonly string[], { older, newer }: PageLinks): HttpResponse {
  const table = html`<div class="scroll" tabindex="0">
<table>
<thead><tr><th scope="col">Time (UTC)</th><th scope="col">Source</th><th scope="col">Note</th><th scope="col">Address</th><th scope="col">Protocol</th></tr></thead>
<tbody>
${raw(rows.join(''))}</tbody>
</table>
</div>`;
  const empty = html`<p>There are no timestamps here. <a href="/">Record one</a>.</p>`;
  const pager = html`<nav aria-label="Pages">${newer && html`<a href="${newer}" rel="prev">Newer</a>`}${older && html`<a href="${older}" rel="next">Older</a>`}</nav>`;
  return pageResponse(
    200,
    'Timestamps',
    html`${rows.length > 0 ? table : empty}
${(newer || older) && pager}`,
  );
}
