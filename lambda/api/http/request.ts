import type { Context } from 'aws-lambda';
import { CHECK_MEMBER } from '../../core/access/deployment-check.ts';
import { CDN_SECRET_HEADER, type SecretCheck } from '../../core/cdn-secret.ts';
import { type Client, clientOfCdn, clientOfIngress } from './caller.ts';

/** A request as the endpoints see it, whatever stood in front of the function. */
export interface HttpRequest extends Client {
  /** In upper case. */
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Names and values, percent-encoded, in order, as far as the ingress kept it. */
  readonly query: readonly Pair[];
  /** By name in lower case; several values are joined with a comma (RFC 9110, section 5.3). */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Whether it carries a secret of our CDN, whose own headers are then to be believed. */
  readonly fromCdn: boolean;
  /** Whether it is one of the check before a deployment: see CHECK_MEMBER. */
  readonly isDeploymentCheck: boolean;
  /** As it stands in the logs. */
  readonly requestId: string;
  /** Of X-Ray, if the request is traced. */
  readonly traceId?: string | undefined;
  /** The form of the answer that the ingress expects. */
  readonly ingress: Ingress;
}

/**
 * What stands in front of the function: a load balancer with the multi-value attribute off or on, or an API Gateway with
 * payloads of version 2.0 (HTTP API) or 1.0 (REST API, and HTTP API if it is told so).
 */
export type Ingress = 'alb' | 'alb-multi-value' | 'api-gateway-v2' | 'api-gateway-v1';

type Pair = readonly [string, string];
type Fields = Readonly<Record<string, unknown>>;

/** The parts in which the events differ. */
type Shape = Pick<HttpRequest, 'ingress' | 'query'> & {
  readonly method: unknown;
  readonly path: unknown;
  readonly headers: readonly Pair[];
  /** The address as the API Gateway saw it; a load balancer has it in a header. */
  readonly sourceIp?: string;
};

/**
 * Makes a request of the event of an Application Load Balancer (Elastic Load Balancing user guide, "Lambda functions as
 * targets") or an API Gateway (developer guide, "Lambda proxy integrations"). Never throws: what is missing or of the
 * wrong type is taken as absent.
 *
 * @param isOriginSecret what tells the requests of our CDN from those of everybody else, if there is a CDN
 */
export function toRequest(
  event: unknown,
  { awsRequestId: requestId }: Pick<Context, 'awsRequestId'>,
  isOriginSecret: SecretCheck | undefined,
): HttpRequest {
  const fields = fieldsOf(event);
  const { ingress, method, path, query, headers: lines, sourceIp } = shapeOf(fields);
  const headers = new Map<string, string>();
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  const fromCdn = isOriginSecret?.(headers.get(CDN_SECRET_HEADER)) ?? false;
  return {
    ...(fromCdn ? clientOfCdn(headers) : clientOfIngress(headers, sourceIp)),
    fromCdn,
    isDeploymentCheck: fields[CHECK_MEMBER] === true,
    ingress,
    method: textOf(method).toUpperCase(),
    path: pathOf(textOf(path)),
    query,
    headers,
    body: Buffer.from(textOf(fields.body), fields.isBase64Encoded === true ? 'base64' : 'utf8'),
    requestId,
  };
}

function shapeOf(event: Fields): Shape {
  const context = fieldsOf(event.requestContext);
  if (event.version === '2.0') return apiGatewayV2(event, context);
  if ('identity' in context) return apiGatewayV1(event, context);
  return loadBalancer(event);
}

function loadBalancer(event: Fields): Shape {
  const multiValue = isFields(event.multiValueHeaders);
  return {
    ingress: multiValue ? 'alb-multi-value' : 'alb',
    method: event.httpMethod,
    path: event.path,
    query: pairsOf(multiValue ? event.multiValueQueryStringParameters : event.queryStringParameters),
    headers: pairsOf(multiValue ? event.multiValueHeaders : event.headers),
  };
}

function apiGatewayV2(event: Fields, context: Fields): Shape {
  const http = fieldsOf(context.http);
  const path = textOf(event.rawPath);
  const stage = `/${textOf(context.stage)}/`;
  return {
    ingress: 'api-gateway-v2',
    method: http.method,
    // A stage that is not the default one stands in front of the path.
    path: encodePath(pathOf(path.startsWith(stage) ? path.slice(stage.length - 1) : path)),
    query: splitQuery(textOf(event.rawQueryString)),
    // Cookies come by themselves.
    headers: [...pairsOf(event.headers), ...pairsOf({ cookie: event.cookies })],
    ...(typeof http.sourceIp === 'string' && { sourceIp: http.sourceIp }),
  };
}

function apiGatewayV1(event: Fields, context: Fields): Shape {
  // These come decoded.
  const query = pairsOf(event.multiValueQueryStringParameters ?? event.queryStringParameters);
  const { sourceIp } = fieldsOf(context.identity);
  const path = textOf(event.path);
  return {
    ingress: 'api-gateway-v1',
    method: event.httpMethod,
    // Only an HTTP API says a version, and it decodes the path; a REST API leaves it as it was sent.
    path: event.version === undefined ? path : encodePath(pathOf(path)),
    query: query.map(([name, value]): Pair => [encode(name), encode(value)]),
    headers: pairsOf(event.multiValueHeaders ?? event.headers),
    ...(typeof sourceIp === 'string' && { sourceIp }),
  };
}

/**
 * The path of a whole address, which is a target that a server takes (RFC 9112, section 3.2.2). Whether an ingress hands it
 * over as it came is documented nowhere.
 */
function pathOf(path: string): string {
  const rest = /^https?:\/\/[^/]*(.*)$/is.exec(path)?.[1];
  return rest === undefined ? path : rest || '/';
}

/** The pairs of a query or a form, still encoded; a name without `=` has an empty value. */
export function splitQuery(text: string): Pair[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part): Pair => {
      const [name = '', ...value] = part.split('=');
      return [name, value.join('=')];
    });
}

/** Half of a surrogate pair, which no encoding knows, becomes U+FFFD, which the endpoints refuse. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/**
 * The path that an HTTP API decoded, in the form that other ingresses hand over. That it decodes is not documented; events
 * of real ones show it (github.com/hotsock/voker, vokerhttp/testdata/ingress-paths.json).
 */
function encodePath(path: string): string {
  return path.split('/').map(encode).join('/');
}

function pairsOf(fields: unknown): Pair[] {
  return Object.entries(fieldsOf(fields)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string').map((one): Pair => [name, one]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
