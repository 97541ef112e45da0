import { STATUS_CODES } from 'node:http';
import { MAX_BODY_BYTES } from './alb-event.ts';
import type { FrontResponse } from './front.ts';
import {
  checkLines,
  FIELD_TEXT,
  type Fields,
  type Headers,
  isRecord,
  isStrings,
  parse,
  type Refusal,
  readHeaders,
  readResponse,
} from './function-result.ts';
import type { HeaderLine } from './headers.ts';

const MAX_HEADERS_BYTES = 32 * 1024;

/**
 * Checks the JSON text that the function returned, as strictly as a load balancer that is set up like the deployed one.
 * The reason phrase is what follows the code in `statusDescription`, or the standard one.
 * Source: Elastic Load Balancing user guide, "Lambda functions as targets" and "Troubleshoot" (causes of 502).
 *
 * @param multiValueHeaders the target group's attribute: it decides which of `headers` and `multiValueHeaders` counts.
 */
export function readResult(json: string, multiValueHeaders: boolean): FrontResponse | Refusal {
  if (Buffer.byteLength(json) > MAX_BODY_BYTES) return { refusal: 'the response JSON is over 1 MB' };
  const result = parse(json);
  if (!isRecord(result)) return { refusal: 'the response is not a JSON object' };
  const { statusDescription = '' } = result;
  if (typeof statusDescription !== 'string' || !FIELD_TEXT.test(statusDescription)) {
    return { refusal: 'statusDescription is not a string of printable characters' };
  }
  const response = readResponse(result, multiValueHeaders ? readMultiValueHeaders : readSingleValueHeaders);
  if ('refusal' in response) return response;
  return { ...response, reason: /^\d{3} +(.+)$/.exec(statusDescription)?.[1] ?? response.reason };
}

/** The load balancer's own page for an error that it raises itself, as a real one (`awselb/2.0`) sends it. */
export function errorResponse(status: number): FrontResponse {
  const reason = STATUS_CODES[status] ?? '';
  const title = `${status} ${reason}`.trimEnd();
  const rows = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '</body>',
    '</html>',
  ];
  const headers: HeaderLine[] = [
    ['Server', 'awselb/2.0'],
    ['Content-Type', 'text/html'],
  ];
  return { status, reason, headers, body: Buffer.from(`${rows.join('\r\n')}\r\n`) };
}

// In both modes a real load balancer silently ignores the other mode's field, which loses headers; the model refuses.
function readSingleValueHeaders(result: Fields): Headers {
  if (result.multiValueHeaders !== undefined) return { refusal: 'multiValueHeaders is present in single-value mode' };
  return readHeaders(result, MAX_HEADERS_BYTES);
}

function readMultiValueHeaders({ headers, multiValueHeaders = {} }: Fields): Headers {
  if (headers !== undefined) return { refusal: 'headers is present in multi-value mode' };
  if (!isRecord(multiValueHeaders)) return { refusal: 'multiValueHeaders is not an object' };
  const lines: HeaderLine[] = [];
  for (const [name, values] of Object.entries(multiValueHeaders)) {
    if (!isStrings(values)) {
      return { refusal: `multiValueHeaders[${JSON.stringify(name)}] is not an array of strings` };
    }
    for (const value of values) lines.push([name, value]);
  }
  return checkLines(lines, MAX_HEADERS_BYTES);
}
