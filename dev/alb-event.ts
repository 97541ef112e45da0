import type { ALBEvent } from 'aws-lambda';

/** One header line: the name as sent, then the value. */
export type HeaderLine = readonly [name: string, value: string];

/** A request as the load balancer received it. */
export interface AlbRequest {
  readonly method: string;
  /** The request target as sent: path and query string, undecoded. */
  readonly target: string;
  /** For example `1.1`. */
  readonly httpVersion: string;
  /** Names and values alternating, as `node:http` gives them: one character a byte. */
  readonly rawHeaders: readonly string[];
}

/** What the load balancer itself adds to the event. */
export interface Hop {
  readonly body: Buffer;
  /** The client's address, as the socket gives it. */
  readonly peer: string;
  /** The port the load balancer listens on. */
  readonly port: number;
  /** The current time, in milliseconds since the epoch. */
  readonly now: number;
  /** 24 random hexadecimal digits for the trace id. */
  readonly random: string;
}

/** The largest request body, and the largest response JSON, of a Lambda target: 1 MB (user guide, as below). */
export const MAX_BODY_BYTES = 1_048_576;

const MAX_LINE_BYTES = 16 * 1024;
const MAX_HEADERS_BYTES = 64 * 1024;
const MAX_FORWARDED_ADDRESSES = 30;
const TARGET_GROUP_ARN = 'arn:aws:elasticloadbalancing:local:000000000000:targetgroup/rollcall-local/0123456789abcdef';
const HOP_BY_HOP = 'connection keep-alive proxy-connection transfer-encoding te trailer upgrade'.split(' ');
const SET_BY_ALB = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

/**
 * The status with which the load balancer refuses a request without invoking the function, or undefined.
 * Source: Elastic Load Balancing user guide, "Quotas" (16 KB a line, 64 KB of headers), "Lambda functions as targets"
 * (1 MB, upgrades) and "Troubleshoot" (400, 405, 413, 414, 463). A chunked body's size shows only as it arrives.
 */
export function refusalStatus({ method, target, httpVersion, rawHeaders }: AlbRequest): number | undefined {
  if (`${method} ${target} HTTP/${httpVersion}`.length > MAX_LINE_BYTES) return 414;
  const lines = headerLines(rawHeaders);
  const lengths = lines.map(([name, value]) => `${name}: ${value}`.length);
  if (lengths.some((length) => length > MAX_LINE_BYTES)) return 400;
  if (lengths.reduce((total, length) => total + length + '\r\n'.length, 0) > MAX_HEADERS_BYTES) return 400;
  if (method === 'TRACE') return 405;
  // RFC 9112 section 3.2: exactly one Host, which only HTTP/1.0 may leave out.
  const hosts = valuesOf(lines, 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) return 400;
  if (tokens(lines, 'connection').includes('upgrade') && valuesOf(lines, 'upgrade').length > 0) return 400;
  if (tokens(lines, 'x-forwarded-for').length > MAX_FORWARDED_ADDRESSES) return 463;
  if (Number(valuesOf(lines, 'content-length')[0]) > MAX_BODY_BYTES) return 413;
  return undefined;
}

/**
 * The event an Application Load Balancer hands to a Lambda target.
 * Source: Elastic Load Balancing user guide, "Lambda functions as targets", "Request tracing", "HTTP headers".
 *
 * @param multiValueHeaders the target group's attribute `lambda.multi_value_headers.enabled`: the event has either the
 * single-value fields, in which the last value wins, or the multi-value ones, never both.
 */
export function buildEvent(request: AlbRequest, hop: Hop, multiValueHeaders: boolean): ALBEvent {
  const [path, query] = cut(request.target, '?');
  const parameters = splitQuery(query);
  const headers = eventHeaders(headerLines(request.rawHeaders), hop);
  const isBase64Encoded = hop.body.length > 0 && !isText(headers);
  return {
    requestContext: { elb: { targetGroupArn: TARGET_GROUP_ARN } },
    httpMethod: request.method,
    path,
    // Object.fromEntries defines own properties, so that a key such as __proto__ is only a key.
    ...(multiValueHeaders
      ? { multiValueQueryStringParameters: group(parameters), multiValueHeaders: group(headers) }
      : { queryStringParameters: Object.fromEntries(parameters), headers: Object.fromEntries(headers) }),
    body: hop.body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** The headers that a proxy may pass on: without the hop-by-hop ones and those that Connection names (RFC 9110, 7.6.1). */
export function endToEnd(lines: readonly HeaderLine[]): HeaderLine[] {
  // A Connection that names Host would leave the function without it; the load balancer keeps it.
  const named = tokens(lines, 'connection').filter((name) => name !== 'host');
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return lines.filter(([name]) => !dropped.has(name.toLowerCase()));
}

function eventHeaders(lines: readonly HeaderLine[], { peer, port, now, random }: Hop): HeaderLine[] {
  const sent = endToEnd(lines)
    // The deployed load balancer has routing.http.drop_invalid_header_fields.enabled.
    .filter(([name]) => /^[-A-Za-z0-9]+$/.test(name))
    .map(([name, value]): HeaderLine => [name.toLowerCase(), value]);
  const addresses = [...valuesOf(sent, 'x-forwarded-for').filter((value) => value !== ''), ipv4(peer)];
  const traceId = `1-${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}-${random}`;
  return [
    ...sent.filter(([name]) => !SET_BY_ALB.has(name)),
    ['x-forwarded-for', addresses.join(', ')],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-port', String(port)],
    ['x-amzn-trace-id', trace(valuesOf(sent, 'x-amzn-trace-id').at(-1) ?? '', traceId)],
  ];
}

/** Root names the whole request, Self this hop: Self is added, or renewed, where somebody before us traced already. */
function trace(sent: string, id: string): string {
  const fields = sent
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '');
  const rest = fields.filter((field) => !/^self=/i.test(field));
  const hasRoot = rest.some((field) => /^root=/i.test(field));
  const hasSelf = rest.length < fields.length;
  return [...(hasRoot || hasSelf ? [`Self=${id}`] : []), ...(hasRoot ? [] : [`Root=${id}`]), ...rest].join(';');
}

function isText(headers: readonly HeaderLine[]): boolean {
  const type = cut(valuesOf(headers, 'content-type').at(-1) ?? '', ';')[0]
    .trim()
    .toLowerCase();
  return (
    /^text\/|^application\/(json|javascript|xml)$/.test(type) && valuesOf(headers, 'content-encoding').length === 0
  );
}

function splitQuery(query: string): HeaderLine[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => cut(part, '='));
}

function group(pairs: readonly HeaderLine[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = groups.get(name);
    if (values) values.push(value);
    else groups.set(name, [value]);
  }
  return Object.fromEntries(groups);
}

function cut(text: string, separator: string): [head: string, tail: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function headerLines(raw: readonly string[]): HeaderLine[] {
  return raw.flatMap((name, i): HeaderLine[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []));
}

function valuesOf(lines: readonly HeaderLine[], wanted: string): string[] {
  return lines.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** The members of a comma-separated header, over all its lines, in lower case. */
function tokens(lines: readonly HeaderLine[], name: string): string[] {
  const members = valuesOf(lines, name).flatMap((value) => value.split(','));
  return members.map((member) => member.trim().toLowerCase()).filter((member) => member !== '');
}

function ipv4(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
