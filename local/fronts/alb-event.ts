import type { ALBEvent } from 'aws-lambda';
import type { FrontRequest, Hop } from './front.ts';
import { eventBody, eventHeaders } from './front-event.ts';
import { bytesOf, cut, group, type HeaderLine, hasOneHost, headerLines, tokens, valuesOf } from './headers.ts';

/** The largest request body, and the largest response JSON, of a Lambda target: 1 MB (user guide, as below). */
export const MAX_BODY_BYTES = 1_048_576;

const MAX_LINE_BYTES = 16 * 1024;
const MAX_HEADERS_BYTES = 64 * 1024;
const MAX_FORWARDED_ADDRESSES = 30;
const TARGET_GROUP_ARN = 'arn:aws:elasticloadbalancing:local:000000000000:targetgroup/rollcall-local/0123456789abcdef';
/** The deployed load balancer has routing.http.drop_invalid_header_fields.enabled. */
const VALID_NAME = /^[-A-Za-z0-9]+$/;
/** A name that some server may take for one that says where a body ends. */
const DISGUISED = /^(?!transfer-encoding$|content-length$)(?:transfer[-_]?encoding|content[-_]?length)$/i;

/**
 * The status with which the load balancer refuses a request without invoking the function, or undefined.
 * Source: Elastic Load Balancing user guide, "Quotas" (16 KB a line, 64 KB of headers), "Lambda functions as targets"
 * (1 MB, upgrades to WebSocket) and "Troubleshoot" (400, 405, 413, 414, 463). A chunked body's size shows only as it arrives.
 */
export function refusalStatus({ method, target, httpVersion, rawHeaders }: FrontRequest): number | undefined {
  if (`${method} ${target} HTTP/${httpVersion}`.length > MAX_LINE_BYTES) return 414;
  const lines = headerLines(rawHeaders);
  if (lines.some(([name, value]) => `${name}: ${value}`.length > MAX_LINE_BYTES)) return 400;
  if (bytesOf(lines) > MAX_HEADERS_BYTES) return 400;
  if (method === 'TRACE') return 405;
  if (!hasOneHost(lines, httpVersion)) return 400;
  // Any other upgrade may be ignored (RFC 9110, section 7.8); Java's client and curl offer HTTP/2 so.
  if (tokens(lines, 'connection').includes('upgrade') && tokens(lines, 'upgrade').includes('websocket')) return 400;
  if (tokens(lines, 'x-forwarded-for').length > MAX_FORWARDED_ADDRESSES) return 463;
  return undefined;
}

/**
 * Whether a request is ambiguous: in the mode `defensive` of the desync mitigation, which is deployed, it is routed, and
 * the connections are closed after it. Requests that are acceptable, such as a GET with `Content-Length: 0`, pass like any
 * other; severe ones get 400.
 * Source: Elastic Load Balancing user guide, "Application Load Balancers", "Desync mitigation mode"; which request is
 * what, by the lists of "Configure desync mitigation mode for your Classic Load Balancer". Two kinds of ambiguous requests
 * never come here, since Node's parser answers 400 to them: both Transfer-Encoding and Content-Length, and Content-Length
 * twice.
 */
export function isAmbiguous({ method, rawHeaders }: Pick<FrontRequest, 'method' | 'rawHeaders'>): boolean {
  const lines = headerLines(rawHeaders);
  if (lines.some(([, value]) => value.trim() === '')) return true;
  if (lines.some(([name]) => DISGUISED.test(name))) return true;
  if (method !== 'GET' && method !== 'HEAD') return false;
  const hasBody = valuesOf(lines, 'content-length').some((length) => Number(length) !== 0);
  return hasBody || valuesOf(lines, 'transfer-encoding').length > 0;
}

/**
 * The event an Application Load Balancer hands to a Lambda target.
 * Source: Elastic Load Balancing user guide, "Lambda functions as targets", "Request tracing", "HTTP headers".
 *
 * @param multiValueHeaders the target group's attribute `lambda.multi_value_headers.enabled`: the event has either the
 * single-value fields, in which the last value wins, or the multi-value ones, never both.
 */
export function buildEvent(request: FrontRequest, hop: Omit<Hop, 'peerPort'>, multiValueHeaders: boolean): ALBEvent {
  const [path, query] = cut(request.target, '?');
  const parameters = splitQuery(query);
  const headers = eventHeaders(request, hop, VALID_NAME);
  return {
    requestContext: { elb: { targetGroupArn: TARGET_GROUP_ARN } },
    httpMethod: request.method,
    path,
    // Object.fromEntries defines own properties, so that a key such as __proto__ is only a key.
    ...(multiValueHeaders
      ? {
          multiValueQueryStringParameters: Object.fromEntries(group(parameters)),
          multiValueHeaders: Object.fromEntries(group(headers)),
        }
      : { queryStringParameters: Object.fromEntries(parameters), headers: Object.fromEntries(headers) }),
    ...eventBody(hop.body, headers),
  };
}

function splitQuery(query: string): HeaderLine[] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => cut(part, '='));
}
