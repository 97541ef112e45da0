/** The common part of the results that a load balancer and an HTTP API take of a function. */
import { STATUS_CODES } from 'node:http';
import type { FrontResponse } from './front.ts';
import { bytesOf, endToEnd, type HeaderLine } from './headers.ts';

/** Why the function's result is no response. */
export interface Refusal {
  readonly refusal: string;
}

export type Fields = Readonly<Record<string, unknown>>;
export type Headers = { readonly lines: readonly HeaderLine[] } | Refusal;

// What node:http can write: RFC 9110's field-content. CR, LF and NUL would split or cut the response.
export const FIELD_TEXT = /^[\t -~\u0080-\u00ff]*$/;
const TOKEN = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** The response that the result describes, its headers read by `readLines`; the reason is the standard one. */
export function readResponse(result: Fields, readLines: (result: Fields) => Headers): FrontResponse | Refusal {
  const { statusCode, isBase64Encoded = false } = result;
  const body = result.body ?? '';
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    return { refusal: 'statusCode is not an integer from 200 to 599' };
  }
  if (typeof isBase64Encoded !== 'boolean') return { refusal: 'isBase64Encoded is not a boolean' };
  if (typeof body !== 'string') return { refusal: 'body is not a string' };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  // Node skips what is not base64; only text that comes back the same was base64 to begin with.
  if (isBase64Encoded && bytes.toString('base64') !== body) return { refusal: 'body is not valid base64' };
  const headers = readLines(result);
  if ('refusal' in headers) return headers;
  return { status: statusCode, reason: STATUS_CODES[statusCode] ?? '', headers: headers.lines, body: bytes };
}

/** The single-value headers, as checkLines. */
export function readHeaders({ headers = {} }: Fields, maxBytes?: number): Headers {
  if (!isRecord(headers)) return { refusal: 'headers is not an object' };
  const lines: HeaderLine[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') return { refusal: `headers[${JSON.stringify(name)}] is not a string` };
    lines.push([name, value]);
  }
  return checkLines(lines, maxBytes);
}

/**
 * The lines without those that are the front's own business, if all of them can be sent.
 *
 * @param maxBytes how large they may be together; by default, as large as they are
 */
export function checkLines(lines: readonly HeaderLine[], maxBytes = Number.POSITIVE_INFINITY): Headers {
  for (const [name, value] of lines) {
    if (!TOKEN.test(name)) return { refusal: `${JSON.stringify(name)} is not a header name` };
    if (!FIELD_TEXT.test(value)) return { refusal: `the value of header ${name} has characters no header may have` };
  }
  if (bytesOf(lines) > maxBytes) return { refusal: `the response headers are over ${maxBytes / 1024} KB` };
  return { lines: endToEnd(lines).filter(([name]) => name.toLowerCase() !== 'content-length') };
}

/** The value of a JSON text; undefined if it is none. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}
