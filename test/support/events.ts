/** The events of one request as each ingress makes them. */

/** A request as a client means it; names and values of the query are percent-encoded. */
export interface LogicalRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  /** By name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const CLIENT = '203.0.113.9';

/** Every value of each name; __proto__ is a name like any other. */
function multi(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const names = new Set(pairs.map(([name]) => name));
  const valuesOf = (name: string) => pairs.filter((pair) => pair[0] === name).map(([, value]) => value);
  return Object.fromEntries([...names].map((name) => [name, valuesOf(name)]));
}

/** By the name of the ingress. */
export function eventsOf({ method, path, query = [], headers = {}, body = '' }: LogicalRequest) {
  const forwarded = { ...headers, 'x-forwarded-for': `198.51.100.1, ${CLIENT}`, 'x-forwarded-proto': 'https' };
  const elb = { requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:x' } } };
  const content = { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  const decoded = query.map(([name, value]) => [decode(name), decode(value)] as const);
  const lines = multi(Object.entries(forwarded));
  const v1 = {
    ...content,
    httpMethod: method,
    path,
    headers: forwarded,
    multiValueHeaders: lines,
    queryStringParameters: query.length > 0 ? Object.fromEntries(decoded) : null,
    multiValueQueryStringParameters: query.length > 0 ? multi(decoded) : null,
    requestContext: { stage: '$default', identity: { sourceIp: CLIENT }, httpMethod: method, path },
  };
  return {
    'a load balancer': {
      ...elb,
      ...content,
      httpMethod: method,
      path,
      queryStringParameters: Object.fromEntries(query),
      headers: forwarded,
    },
    'a load balancer with multi-value headers': {
      ...elb,
      ...content,
      httpMethod: method,
      path,
      multiValueQueryStringParameters: multi(query),
      multiValueHeaders: lines,
    },
    'an HTTP API, payload 2.0': {
      ...content,
      version: '2.0',
      routeKey: '$default',
      rawPath: decode(path),
      rawQueryString: query.map(([name, value]) => `${name}=${value}`).join('&'),
      headers: forwarded,
      requestContext: { stage: '$default', http: { method, path, protocol: 'HTTP/1.1', sourceIp: CLIENT } },
    },
    'an HTTP API, payload 1.0': { ...v1, version: '1.0', path: decode(path) },
    'a REST API': { ...v1, resource: '/{proxy+}' },
  };
}

/** An HTTP API decodes paths, too. What it makes of what is not percent-encoded, nobody says; it is left as it is here. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
