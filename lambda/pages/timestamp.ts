import type { TimestampRecord } from '../domain/timestamp-record.ts';
import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import { pageResponse } from './layout.ts';

/** `GET /app/{id}` for a browser. */
export function timestampPage({
  id,
  timestamp,
  source,
  note,
  clientIp,
  protocol,
  requestId,
}: TimestampRecord): HttpResponse {
  const terms = [
    ['Time (UTC)', html`<time datetime="${timestamp}">${timestamp}</time>`],
    ['Source', source],
    ['Note', note],
    ['Address', clientIp],
    ['Protocol', protocol],
    ['Request', requestId],
    ['Id', id],
  ];
  const known = terms.filter(([, value]) => value !== undefined);
  return pageResponse(
    200,
    'Timestamp',
    html`<dl>${known.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>\n`)}</dl>`,
  );
}
