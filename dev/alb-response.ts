import { STATUS_CODES } from 'node:http';
import { endToEnd, type HeaderLine, MAX_BODY_BYTES } from './alb-event.ts';

/** What goes to the client. */
export interface AlbResponse {
  readonly status: number;
  /** The reason phrase: what follows the code in the function's `statusDescription`, or the standard one. */
  readonly reason: string;
  /** Without hop-by-hop headers and Content-Length, which the load balancer sets. */
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
}

/** Why the function's result is no response; the client gets 502. */
export interface Refusal {
  readonly refusal: string;
}

const MAX_HEADERS_BYTES = 32 * 1024;
// What node:http can write: RFC 9110's field-content. CR, LF and NUL would split or cut the response.
const FIELD_TEXT = /^[\t -~\u0080-\u00ff]*$/;
const TOKEN = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/**
 * Checks the JSON text that the function returned, as strictly as a load balancer that is set up like the deployed one.
 * Source: Elastic Load Balancing user guide, "Lambda functions as targets" and "Troubleshoot" (causes of 502).
 *
 * @param multiValueHeaders the target group's attribute: it decides which of `headers` and `multiValueHeaders` counts.
 */
export function readResult(json: string, multiValueHeaders: boolean): AlbResponse | Refusal {
  if (Buffer.byteLength(json) > MAX_BODY_BYTES) return { refusal: 'the response JSON is over 1 MB' };
  const result = parse(json);
  if (!isRecord(result)) return { refusal: 'the response is not a JSON object' };
  const { statusCode, statusDescription = '', isBase64Encoded = false } = result;
  const body = result.body ?? '';
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    return { refusal: 'statusCode is not an integer from 200 to 599' };
  }
  if (typeof statusDescription !== 'string' || !FIELD_TEXT.test(statusDescription)) {
    return { refusal: 'statusDescription is not a string of printable characters' };
  }
  if (typeof isBase64Encoded !== 'boolean') return { refusal: 'isBase64Encoded is not a boolean' };
  if (typeof body !== 'string') return { refusal: 'body is not a string' };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  // Node skips what is not base64; only text that comes back the same was base64 to begin with.
  if (isBase64Encoded && bytes.toString('base64') !== body) return { refusal: 'body is not valid base64' };
  const headers = multiValueHeaders ? readMultiValueHeaders(result) : readHeaders(result);
  if ('refusal' in headers) return headers;
  return {
    status: statusCode,
    reason: reasonPhrase(statusCode, statusDescription),
    headers: headers.lines,
    body: bytes,
  };
}

/** The load balancer's own page for an error that it raises itself, as a real one (`awselb/2.0`) sends it. */
export function errorResponse(status: number): AlbResponse {
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

type Headers = { readonly lines: readonly HeaderLine[] } | Refusal;

// In both modes a real load balancer silently ignores the other mode's field, which loses headers; the model refuses.
function readHeaders({ headers = {}, multiValueHeaders }: Record<string, unknown>): Headers {
  if (multiValueHeaders !== undefined) return { refusal: 'multiValueHeaders is present in single-value mode' };
  if (!isRecord(headers)) return { refusal: 'headers is not an object' };
  const lines: HeaderLine[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') return { refusal: `headers[${JSON.stringify(name)}] is not a string` };
    lines.push([name, value]);
  }
  return checkLines(lines);
}

function readMultiValueHeaders({ headers, multiValueHeaders = {} }: Record<string, unknown>): Headers {
  if (headers !== undefined) return { refusal: 'headers is present in multi-value mode' };
  if (!isRecord(multiValueHeaders)) return { refusal: 'multiValueHeaders is not an object' };
  const lines: HeaderLine[] = [];
  for (const [name, values] of Object.entries(multiValueHeaders)) {
    if (!isStrings(values)) {
      return { refusal: `multiValueHeaders[${JSON.stringify(name)}] is not an array of strings` };
    }
    for (const value of values) lines.push([name, value]);
  }
  return checkLines(lines);
}

function checkLines(lines: readonly HeaderLine[]): Headers {
  for (const [name, value] of lines) {
    if (!TOKEN.test(name)) return { refusal: `${JSON.stringify(name)} is not a header name` };
    if (!FIELD_TEXT.test(value)) return { refusal: `the value of header ${name} has characters no header may have` };
  }
  const bytes = lines.reduce((total, [name, value]) => total + `${name}: ${value}\r\n`.length, 0);
  if (bytes > MAX_HEADERS_BYTES) return { refusal: 'the response headers are over 32 KB' };
  return { lines: endToEnd(lines).filter(([name]) => name.toLowerCase() !== 'content-length') };
}

function reasonPhrase(status: number, description: string): string {
  return /^\d{3} +(.+)$/.exec(description)?.[1] ?? STATUS_CODES[status] ?? '';
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}
