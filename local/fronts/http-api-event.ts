import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { FrontRequest, Hop } from './front.ts';
import { eventBody, eventHeaders } from './front-event.ts';
import { cut, group, type HeaderLine, hasOneHost, headerLines, valuesOf } from './headers.ts';

/** The largest request body: 10 MB (quotas, as below). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** The largest event, and the largest result, of a function that answers while the caller waits: 6 MB (Lambda quotas). */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const MAX_HEAD_BYTES = 10_240;
/** The methods that `ANY` stands for (developer guide, "Logging variables", `$context.httpMethod`). */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** Any name of RFC 9110: unlike the load balancer, an HTTP API drops none. */
const ANY_NAME = /^/;

/** The route of a path: `/app/{id}`, and the parts of the path. */
export interface RouteMatch {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The status with which an HTTP API refuses a request by its head, or undefined. Source: API Gateway developer guide,
 * "Quotas for configuring and running an HTTP API": 10,240 bytes for the request line and the values of headers
 * together. Which status it answers then, the guide does not say: 431 is this model's guess.
 */
export function refusalStatus({ method, target, httpVersion, rawHeaders }: FrontRequest): number | undefined {
  const lines = headerLines(rawHeaders);
  const line = `${method} ${target} HTTP/${httpVersion}`;
  if (lines.reduce((total, [, value]) => total + value.length, line.length) > MAX_HEAD_BYTES) return 431;
  return hasOneHost(lines, httpVersion) ? undefined : 400;
}

/**
 * The path as an HTTP API hands it over, or undefined for one that it rejects. It decodes, drops what follows a question
 * mark, and decodes once more. The guide says nothing of it; this is what events of real APIs show
 * (github.com/hotsock/voker, vokerhttp/testdata/ingress-paths.json, July 2026), which has no path that is not UTF-8.
 */
export function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(cut(decodeURIComponent(path), '?')[0]);
  } catch {
    return undefined;
  }
}

/** Finds the route, of paths of which no two match the same (developer guide, "Routes": `ANY` and path variables). */
export function findRoute(paths: readonly string[], method: string, path: string): RouteMatch | undefined {
  if (!METHODS.includes(method)) return undefined;
  const parts = path.split('/');
  for (const candidate of paths) {
    const segments = candidate.split('/');
    const pairs = segments.map((segment, i) => [segment, parts[i] ?? ''] as const);
    const variables = pairs.filter(([segment]) => segment.startsWith('{'));
    const fits = pairs.every(([segment, part]) => (segment.startsWith('{') ? part !== '' : segment === part));
    if (!fits || segments.length !== parts.length) continue;
    const parameters = Object.fromEntries(variables.map(([segment, part]) => [segment.slice(1, -1), part]));
    return { path: candidate, parameters };
  }
  return undefined;
}

/**
 * The event an HTTP API hands to a function, payload format 2.0, from its stage `$default`.
 * Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" (the payload, duplicates,
 * cookies) and "Important notes" (the content type of no body; its value is the one of AWS's own test tool,
 * github.com/aws/aws-lambda-dotnet). Which bodies count as text, the guide leaves open; real APIs were seen to take the
 * types that a load balancer takes (github.com/ministackorg/ministack, pull request 766).
 *
 * @param path decoded
 */
export function buildEvent(
  { method, target, httpVersion, rawHeaders }: FrontRequest,
  hop: Omit<Hop, 'peerPort'>,
  path: string,
  { path: route, parameters }: RouteMatch,
): APIGatewayProxyEventV2 {
  const query = cut(target, '?')[1];
  const all = eventHeaders({ rawHeaders }, hop, ANY_NAME);
  const cookies = valuesOf(all, 'cookie').flatMap((value) => value.split(/;\s*/).filter((cookie) => cookie !== ''));
  const headers = joined([...all.filter(([name]) => name !== 'cookie'), ...headersOfNoBody(all, hop.body)]);
  const routeKey = `ANY ${route}`;
  const { host = '', 'user-agent': userAgent = '' } = headers;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query !== '' && { queryStringParameters: joined([...new URLSearchParams(query)]) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: cut(host, '.')[0],
      http: { method, path, protocol: `HTTP/${httpVersion}`, sourceIp: hop.peer, userAgent },
      requestId: requestIdOf(hop),
      routeKey,
      stage: '$default',
      time: commonLogTime(hop.now),
      timeEpoch: hop.now,
    },
    ...(hop.body.length > 0 ? eventBody(hop.body, all) : { isBase64Encoded: false }),
  };
}

/** The id that an HTTP API gives a request, also in the answer: 15 characters and an equals sign. */
export function requestIdOf({ random }: Pick<Hop, 'random'>): string {
  return `${Buffer.from(random, 'hex').toString('base64url').slice(0, 15)}=`;
}

function headersOfNoBody(headers: readonly HeaderLine[], body: Buffer): HeaderLine[] {
  if (body.length > 0) return [];
  const absent = ([name]: HeaderLine) => valuesOf(headers, name).length === 0;
  const added: HeaderLine[] = [
    ['content-length', '0'],
    ['content-type', 'text/plain; charset=utf-8'],
  ];
  return added.filter(absent);
}

/** Duplicates are combined with commas. */
function joined(pairs: readonly HeaderLine[]): Record<string, string> {
  return Object.fromEntries([...group(pairs)].map(([name, values]) => [name, values.join(',')]));
}

/** For example `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
