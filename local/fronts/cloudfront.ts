import { request as httpRequest, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { FORWARDED_HEADERS, VIEWER_HOST_HEADER } from '../../lambda/core/cdn-policy.ts';
import { CDN_SECRET_HEADER } from '../../lambda/core/cdn-secret.ts';
import type { FindClient } from '../proxies.ts';
import { cookiesAmong, createCache, keyOf } from './cloudfront-cache.ts';
import { createFront, type FrontRequest, type FrontResponse, type Hop } from './front.ts';
import { bytesOf, endToEnd, type HeaderLine, hasOneHost, headerLines, valuesOf } from './headers.ts';

export interface CloudFrontOptions {
  /** Where the front behind it answers: `http://127.0.0.1:3001`. */
  readonly origin: string;
  /** The secret with which it proves itself to the function. */
  readonly secret: string;
  /** Receives one line for each request that it refuses. @default - nothing is said */
  readonly log?: (line: string) => void;
  /** Whether it asks the origin with the viewer's Authorization: whether callers need a key. @default false */
  readonly withCredentials?: boolean;
  /** How long it keeps the pages that are the same for everybody, in seconds. @default 0: it keeps nothing */
  readonly cacheSeconds?: number;
  /** What finds the viewer behind proxies. @default - whoever is connected is the viewer */
  readonly findClient?: FindClient | undefined;
  /** Milliseconds since the Unix epoch. @default Date.now */
  readonly now?: () => number;
}

/** The most of a body that one of the fronts behind it takes. A real one passes on much more, and without waiting. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_REQUEST_BYTES = 20_480;
const MAX_URL_BYTES = 8_192;
const ORIGIN_TIMEOUT_MS = 30_000;
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** By these, it asks for what it has itself, too. */
const CONDITIONAL_HEADERS = ['if-none-match', 'if-modified-since'];
const SET_BY_CLOUDFRONT = ['cloudfront-forwarded-proto', 'cloudfront-viewer-address', VIEWER_HOST_HEADER];

/**
 * A small model of CloudFront in front of another front, for one machine: a proxy that refuses what CloudFront refuses
 * and sets the headers that the deployed distribution sets. Source: CloudFront developer guide, "Request and response
 * behavior for custom origins", "Add CloudFront request headers", "Add custom headers to origin requests" (those that
 * the viewer sent are overwritten).
 *
 * Unlike a real one it compresses nothing, holds each body in memory, asks the origin once, and speaks HTTP without
 * redirecting to HTTPS, because there is no certificate for localhost. Its behaviours are those of the distribution
 * (lambda/core/cdn-policy.ts), but that it tells the viewer's host everywhere, and not on pages alone. Of what may be
 * kept it keeps errors, too, unless the distribution says otherwise of them.
 *
 * @returns a server that does not listen yet.
 */
export function createCloudFront(options: CloudFrontOptions): Server {
  const { origin, secret, log, withCredentials = false, cacheSeconds = 0, findClient, now = Date.now } = options;
  const { host } = new URL(origin);
  const cache = createCache({ withCredentials, pageSeconds: cacheSeconds, now });
  return createFront({
    refusalStatus,
    log,
    findClient,
    maxBodyBytes: MAX_BODY_BYTES,
    errorResponse,
    answer: (request, hop) => {
      const headers = originHeaders(request, hop, { host, secret, withCredentials });
      return cache(request, () => forward(origin, request, headers, hop));
    },
  });
}

/** The status with which it refuses a request by its head, or undefined. */
export function refusalStatus({ method, target, httpVersion, rawHeaders }: FrontRequest): number | undefined {
  const lines = headerLines(rawHeaders);
  const url = `https://${valuesOf(lines, 'host')[0] ?? ''}${target}`;
  const line = `${method} ${target} HTTP/${httpVersion}\r\n`;
  if (url.length > MAX_URL_BYTES || line.length + bytesOf(lines) > MAX_REQUEST_BYTES) return 413;
  if (!hasOneHost(lines, httpVersion)) return 400;
  if (!METHODS.includes(method)) return 403;
  // The guide says it of GET; HEAD, which has no use for a body either, is treated likewise.
  const hasBody = Number(valuesOf(lines, 'content-length')[0]) > 0 || valuesOf(lines, 'transfer-encoding').length > 0;
  return hasBody && (method === 'GET' || method === 'HEAD') ? 403 : undefined;
}

/** The headers of the request to the origin. */
export function originHeaders(
  { target, httpVersion, rawHeaders }: FrontRequest,
  { body, peer, peerPort, protocol = 'http', random }: Pick<Hop, 'body' | 'peer' | 'peerPort' | 'protocol' | 'random'>,
  {
    host,
    secret,
    withCredentials,
  }: { readonly host: string; readonly secret: string; readonly withCredentials: boolean },
): HeaderLine[] {
  const sent = endToEnd(headerLines(rawHeaders));
  const { headers, cookies } = keyOf(target, withCredentials);
  const passed = new Set([...FORWARDED_HEADERS, ...CONDITIONAL_HEADERS, ...headers].map((name) => name.toLowerCase()));
  const kept = sent.filter(([sentName]) => {
    const name = sentName.toLowerCase();
    return passed.has(name) && !SET_BY_CLOUDFRONT.includes(name);
  });
  const cookie = cookiesAmong(sent, cookies);
  const hasLength = body.length > 0 || valuesOf(sent, 'content-length').length > 0;
  return [
    ['Host', host],
    ...kept,
    ...(cookie === '' ? [] : [['Cookie', cookie] as const]),
    ...(hasLength ? [['Content-Length', String(body.length)] as const] : []),
    ['X-Forwarded-For', [...valuesOf(sent, 'x-forwarded-for').filter((value) => value !== ''), peer].join(',')],
    ['X-Forwarded-Host', valuesOf(sent, 'host')[0] ?? ''],
    ['CloudFront-Viewer-Address', `${peer}:${peerPort}`],
    ['CloudFront-Forwarded-Proto', protocol],
    ['Via', [...valuesOf(sent, 'via'), via(httpVersion)].join(', ')],
    ['X-Amz-Cf-Id', random],
    [CDN_SECRET_HEADER, secret],
  ];
}

/** A page of CloudFront's own, as far as people are to see where an error comes from. */
function errorResponse(status: number): FrontResponse {
  const page = `<html><head><title>ERROR: The request could not be satisfied</title></head>
<body><h1>${status} ERROR</h1><h2>The request could not be satisfied.</h2>
Generated by cloudfront (CloudFront)</body></html>
`;
  const headers: HeaderLine[] = [
    ['Server', 'CloudFront'],
    ['Content-Type', 'text/html'],
    ['X-Cache', 'Error from cloudfront'],
    ['Via', via('1.1')],
  ];
  return { status, reason: STATUS_CODES[status] ?? '', headers, body: Buffer.from(page) };
}

/** The origin's answer; 502 if it cannot be reached, 504 if it is late. */
function forward(
  origin: string,
  { method, target, httpVersion }: FrontRequest,
  headers: readonly HeaderLine[],
  { body }: Hop,
): Promise<FrontResponse> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    // A connection of its own, which the origin cannot have closed a moment ago.
    const options = { hostname, port, method, path: target, headers: headers.flat(), agent: false };
    const outgoing = httpRequest({ ...options, maxHeaderSize: 64 * 1024, timeout: ORIGIN_TIMEOUT_MS }, (response) => {
      viewerResponse(response, httpVersion).then(resolve, () => resolve(errorResponse(502)));
    });
    outgoing.once('timeout', () => {
      resolve(errorResponse(504));
      outgoing.destroy();
    });
    outgoing.once('error', () => resolve(errorResponse(502)));
    outgoing.end(body);
  });
}

async function viewerResponse(response: IncomingMessage, httpVersion: string): Promise<FrontResponse> {
  const body = await buffer(response);
  const status = response.statusCode ?? 502;
  const lines = endToEnd(headerLines(response.rawHeaders));
  const headers: HeaderLine[] = [
    ...lines.filter(([name]) => !['content-length', 'via'].includes(name.toLowerCase())),
    ['X-Cache', `${status < 400 ? 'Miss' : 'Error'} from cloudfront`],
    ['Via', via(httpVersion)],
  ];
  return { status, reason: response.statusMessage ?? '', headers, body };
}

function via(httpVersion: string): string {
  return `${httpVersion} local.cloudfront.net (CloudFront)`;
}
