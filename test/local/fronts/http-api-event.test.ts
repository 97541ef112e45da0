import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../lambda/api/routes.ts';
import type { FrontRequest, Hop } from '../../../local/fronts/front.ts';
import { buildEvent, decodePath, findRoute, refusalStatus } from '../../../local/fronts/http-api-event.ts';

interface Parts {
  method?: string;
  target?: string;
  headers?: [string, string][];
  body?: string;
}

function requestOf({ method = 'GET', target = '/', headers = [['Host', 'api.example.com']] }: Parts): FrontRequest {
  return { method, target, httpVersion: '1.1', rawHeaders: headers.flat() };
}

function eventOf(parts: Parts, path = '/app/a b', hop: Partial<Hop> = {}) {
  const now = Date.parse('2026-07-10T19:19:05.766Z');
  const known = {
    body: Buffer.from(parts.body ?? ''),
    peer: '192.0.2.1',
    port: 8080,
    now,
    random: '0123456789abcdef01234567',
  };
  return buildEvent(requestOf(parts), { ...known, ...hop }, path, { path: '/app/{id}', parameters: { id: 'a b' } });
}

describe('the event', () => {
  test('is payload format 2.0: names in lower case, duplicates joined, cookies apart', () => {
    const event = eventOf({
      method: 'POST',
      target: '/app/a%20b?repeat=one&repeat=two&literalPlus=a+b&encodedPlus=a%2Bb&empty=&none',
      headers: [
        ['Host', 'api.example.com'],
        ['User-Agent', 'curl/8.7.1'],
        ['Content-Type', 'application/json'],
        ['Content-Length', '8'],
        ['X-Two', 'first'],
        ['x-two', 'second'],
        ['Cookie', 'session=abc123; theme=dark'],
        ['cookie', 'third=x'],
        ['Connection', 'x-gone'],
        ['X-Gone', 'x'],
        ['X_Odd', 'kept'],
        ['X-Forwarded-For', '203.0.113.7'],
        ['X-Forwarded-Proto', 'https'],
      ],
      body: '{"a":"é"}',
    });
    expect(event).toStrictEqual({
      version: '2.0',
      routeKey: 'ANY /app/{id}',
      rawPath: '/app/a b',
      rawQueryString: 'repeat=one&repeat=two&literalPlus=a+b&encodedPlus=a%2Bb&empty=&none',
      cookies: ['session=abc123', 'theme=dark', 'third=x'],
      headers: {
        host: 'api.example.com',
        'user-agent': 'curl/8.7.1',
        'content-type': 'application/json',
        'content-length': '8',
        'x-two': 'first,second',
        x_odd: 'kept',
        'x-forwarded-for': '203.0.113.7, 192.0.2.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '8080',
        'x-amzn-trace-id': 'Root=1-6a5145a9-0123456789abcdef01234567',
      },
      queryStringParameters: { repeat: 'one,two', literalPlus: 'a b', encodedPlus: 'a+b', empty: '', none: '' },
      pathParameters: { id: 'a b' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'api.example.com',
        domainPrefix: 'api',
        http: {
          method: 'POST',
          path: '/app/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: 'curl/8.7.1',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'ANY /app/{id}',
        stage: '$default',
        time: '10/Jul/2026:19:19:05 +0000',
        timeEpoch: 1_783_711_145_766,
      },
      body: '{"a":"é"}',
      isBase64Encoded: false,
    });
  });

  test('of no body has none, and headers that say so', () => {
    const event = eventOf({});
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event.isBase64Encoded).toBe(false);
    expect(event.headers).toMatchObject({ 'content-length': '0', 'content-type': 'text/plain; charset=utf-8' });
    const typed = eventOf({
      headers: [
        ['Host', 'h'],
        ['Content-Type', 'text/csv'],
        ['Content-Length', '0'],
      ],
    });
    expect(typed.headers).toMatchObject({ 'content-length': '0', 'content-type': 'text/csv' });
  });

  test.each([
    ['text/plain', false],
    ['text/html; charset=utf-8', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['', true],
  ])('has a body of type %j as base64: %j', (type, isBase64Encoded) => {
    const headers: [string, string][] = [
      ['Host', 'h'],
      ...(type === '' ? [] : [['Content-Type', type] as [string, string]]),
    ];
    expect(eventOf({ headers, body: 'x' })).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'eA==' : 'x' });
  });

  test('always round-trips through JSON, and its source is the peer, whatever was sent', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'Connection', 'X-Forwarded-For', 'Cookie'),
    );
    const target = fc.string().map((query) => `/?${query}`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.string({ unit: 'binary' }))),
        target,
        fc.ipV6(),
        (headers, target, peer) => {
          const event = eventOf({ headers, target }, '/', { peer });
          expect(event.requestContext.http.sourceIp).toBe(peer);
          expect(event.headers['x-forwarded-for']?.split(', ').at(-1)).toBe(peer);
          expect(isDeepStrictEqual(JSON.parse(JSON.stringify(event)), event)).toBe(true);
        },
      ),
    );
  });
});

describe('the path', () => {
  // As events of real APIs have it: github.com/hotsock/voker, vokerhttp/testdata/ingress-paths.json.
  test.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
    ['/a+b', '/a+b'],
    ['/%FF', undefined],
    ['/%', undefined],
  ])('%s is handed over as %j', (sent, path) => {
    expect(decodePath(sent)).toBe(path);
  });

  test.each([
    ['GET', '/', '/', {}],
    ['POST', '/app', '/app', {}],
    ['PATCH', '/app', '/app', {}],
    ['GET', '/app/1', '/app/{id}', { id: '1' }],
    ['OPTIONS', '/hello/al ice', '/hello/{username}', { username: 'al ice' }],
    ['GET', '/nothing', undefined, {}],
    ['GET', '/app/', undefined, {}],
    ['GET', '/app/1/2', undefined, {}],
    ['GET', '', undefined, {}],
    ['GET', 'app', undefined, {}],
    ['PROPFIND', '/app', undefined, {}],
    ['TRACE', '/app', undefined, {}],
  ])('%s %s is at the route %s', (method, path, route, parameters) => {
    const match = findRoute([...new Set(routes.map((each) => each.path))], method, path);
    expect(match).toStrictEqual(route === undefined ? undefined : { path: route, parameters });
  });
});

describe('the limits', () => {
  const refused = (parts: Parts) => refusalStatus(requestOf(parts));

  test('are 10,240 bytes for the request line and the values of headers', () => {
    const line = 'GET / HTTP/1.1'.length + 'h'.length;
    const withValue = (bytes: number) =>
      refused({
        headers: [
          ['Host', 'h'],
          ['X', 'x'.repeat(bytes)],
        ],
      });
    expect(withValue(10_240 - line)).toBeUndefined();
    expect(withValue(10_241 - line)).toBe(431);
    expect(refused({ target: `/${'x'.repeat(10_240)}` })).toBe(431);
  });

  test('is one host', () => {
    expect(refused({ headers: [] })).toBe(400);
    expect(
      refused({
        headers: [
          ['Host', 'a'],
          ['host', 'b'],
        ],
      }),
    ).toBe(400);
  });
});
