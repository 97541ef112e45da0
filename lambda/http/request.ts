import { isIP } from 'node:net';
import type { Context } from 'aws-lambda';

/** A request as the endpoints see it, whatever stood in front of the function. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** As it was sent: not decoded. */
  readonly path: string;
  /** As it was sent: names and values not decoded, in order, where the ingress kept it. */
  readonly query: readonly (readonly [string, string])[];
  /** By name in lower case; several values are joined with a comma (RFC 9110, section 5.3). */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** The address that the nearest trusted proxy saw, or `unknown`. */
  readonly clientIp: string;
  /** `http` or `https`: how the client reached that proxy. */
  readonly protocol: string;
  /** As it stands in the logs. */
  readonly requestId: string;
  /** The form of the answer that the ingress expects. */
  readonly ingress: Ingress;
}

/** What stands in front of the function: a load balancer with the multi-value attribute off or on. */
export type Ingress = 'alb' | 'alb-multi-value';

/**
 * Makes a request of the event of an Application Load Balancer (Elastic Load Balancing user guide, "Lambda functions as
 * targets"). Never throws: what is missing or of the wrong type is taken as absent.
 */
export function toRequest(event: unknown, { awsRequestId: requestId }: Pick<Context, 'awsRequestId'>): HttpRequest {
  const alb = isObject(event) ? event : {};
  const multiValue = isObject(alb.multiValueHeaders);
  const headers = new Map<string, string>();
  for (const [name, value] of pairsOf(multiValue ? alb.multiValueHeaders : alb.headers)) {
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const body = typeof alb.body === 'string' ? alb.body : '';
  return {
    method: typeof alb.httpMethod === 'string' ? alb.httpMethod.toUpperCase() : '',
    path: typeof alb.path === 'string' ? alb.path : '',
    query: pairsOf(multiValue ? alb.multiValueQueryStringParameters : alb.queryStringParameters),
    headers,
    body: Buffer.from(body, alb.isBase64Encoded === true ? 'base64' : 'utf8'),
    clientIp: clientIpOf(headers),
    protocol: headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http',
    requestId,
    ingress: multiValue ? 'alb-multi-value' : 'alb',
  };
}

/** A load balancer appends the address that it saw; everything before that is what the client claims. */
function clientIpOf(headers: ReadonlyMap<string, string>): string {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return isIP(last) ? last : 'unknown';
}

function pairsOf(fields: unknown): [string, string][] {
  if (!isObject(fields)) return [];
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => typeof one === 'string')
      .map((one): [string, string] => [name, one]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
