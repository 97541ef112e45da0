import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildEvent, isAmbiguous, refusalStatus } from '../../../local/fronts/alb-event.ts';
import type { FrontRequest, Hop } from '../../../local/fronts/front.ts';

const RANDOM = '0123456789abcdef01234567';
const NEW_ID = '1-65920080-0123456789abcdef01234567';

interface Parts {
  method?: string;
  target?: string;
  httpVersion?: string;
  headers?: [string, string][];
  hop?: Partial<Hop>;
}

function requestOf({
  method = 'GET',
  target = '/',
  httpVersion = '1.1',
  headers = [['Host', 'h']],
}: Parts): FrontRequest {
  return { method, target, httpVersion, rawHeaders: headers.flat() };
}

function eventOf(parts: Parts, multiValueHeaders = false) {
  const hop = { body: Buffer.alloc(0), peer: '192.0.2.1', port: 8080, now: 0x65920080 * 1000, random: RANDOM };
  return buildEvent(requestOf(parts), { ...hop, ...parts.hop }, multiValueHeaders);
}

const headersOf = (headers: [string, string][], hop: Partial<Hop> = {}) => eventOf({ headers, hop }).headers ?? {};
const forwardedFor = (...values: string[]) =>
  headersOf(values.map((value): [string, string] => ['X-Forwarded-For', value]))['x-forwarded-for'];
const traceOf = (...values: string[]) =>
  headersOf(values.map((value): [string, string] => ['X-Amzn-Trace-Id', value]))['x-amzn-trace-id'];

describe('the event', () => {
  const parts: Parts = {
    method: 'POST',
    target: '/app?source=a&source=b',
    headers: [
      ['Host', 'h'],
      ['Content-Type', 'text/plain'],
      ['X-Two', '1'],
      ['x-two', '2'],
    ],
    hop: { body: Buffer.from('hé') },
  };
  const rest = {
    requestContext: { elb: { targetGroupArn: expect.stringMatching(/^arn:aws:elasticloadbalancing:local:\d{12}:/) } },
    httpMethod: 'POST',
    path: '/app',
    body: 'hé',
    isBase64Encoded: false,
  };

  test('has exactly the single-value fields in single-value mode, and the last value wins', () => {
    expect(eventOf(parts)).toStrictEqual({
      ...rest,
      queryStringParameters: { source: 'b' },
      headers: {
        host: 'h',
        'content-type': 'text/plain',
        'x-two': '2',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '8080',
        'x-amzn-trace-id': `Root=${NEW_ID}`,
      },
    });
  });

  test('has exactly the multi-value fields in multi-value mode, with every value in order', () => {
    expect(eventOf(parts, true)).toStrictEqual({
      ...rest,
      multiValueQueryStringParameters: { source: ['a', 'b'] },
      multiValueHeaders: {
        host: ['h'],
        'content-type': ['text/plain'],
        'x-two': ['1', '2'],
        'x-forwarded-for': ['192.0.2.1'],
        'x-forwarded-proto': ['http'],
        'x-forwarded-port': ['8080'],
        'x-amzn-trace-id': [`Root=${NEW_ID}`],
      },
    });
  });

  test('always round-trips through JSON, whatever the headers', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'Connection', 'X-Forwarded-For'));
    const lines = fc.array(fc.tuple(name, fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(lines, fc.boolean(), (headers, multi) => {
        const event = eventOf({ headers }, multi);
        // Not toStrictEqual, which takes a header named "constructor" for the object's class.
        return isDeepStrictEqual(JSON.parse(JSON.stringify(event)), event);
      }),
    );
  });

  test('has every value of every other header, in order', () => {
    const name = fc.oneof(fc.constantFrom('constructor', 'A', 'a', 'valueOf'), fc.stringMatching(/^h-[-A-Za-z0-9]*$/));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (headers) => {
        const { multiValueHeaders = {} } = eventOf({ headers }, true);
        for (const [wanted] of headers) {
          const values = headers.filter(([other]) => other.toLowerCase() === wanted.toLowerCase()).map(([, v]) => v);
          expect(multiValueHeaders[wanted.toLowerCase()]).toStrictEqual(values);
        }
      }),
    );
  });
});

describe('the path and the query', () => {
  test('stay as sent, undecoded', () => {
    const event = eventOf({ target: '/a%2Fb/../%C3%A9//?n%20a=x%26+y%3D' });
    expect(event.path).toBe('/a%2Fb/../%C3%A9//');
    expect(event.queryStringParameters).toStrictEqual({ 'n%20a': 'x%26+y%3D' });
  });

  test('are cut at the first question mark, and parameters at their first equals sign', () => {
    const event = eventOf({ target: '/a?b=c=d?e' });
    expect(event.path).toBe('/a');
    expect(event.queryStringParameters).toStrictEqual({ b: 'c=d?e' });
  });

  test('may lack values, names, parts or everything', () => {
    expect(eventOf({ target: '/?a&b=&&=c&' }).queryStringParameters).toStrictEqual({ a: '', b: '', '': 'c' });
    expect(eventOf({ target: '/?a&a=&&=c' }, true).multiValueQueryStringParameters).toStrictEqual({
      a: ['', ''],
      '': ['c'],
    });
    expect(eventOf({ target: '/' }).queryStringParameters).toStrictEqual({});
    expect(eventOf({ target: '/?' }, true).multiValueQueryStringParameters).toStrictEqual({});
  });

  const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'a'), fc.stringMatching(/^[^&=]+$/));
  const pairs = fc.array(fc.tuple(key, fc.stringMatching(/^[^&]*$/)));
  const targetOf = (list: [string, string][]) => `/?${list.map(([name, value]) => `${name}=${value}`).join('&')}`;

  test('keep every pair in multi-value mode, in order within a key', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const json = JSON.stringify(eventOf({ target: targetOf(list) }, true).multiValueQueryStringParameters);
        const seen = new Map<string, unknown>(Object.entries(JSON.parse(json)));
        expect([...seen.keys()].sort()).toStrictEqual([...new Set(list.map(([name]) => name))].sort());
        for (const [name, values] of seen) {
          expect(values).toStrictEqual(list.filter(([other]) => other === name).map(([, value]) => value));
        }
      }),
    );
  });

  test('keep the last value of each key in single-value mode', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const json = JSON.stringify(eventOf({ target: targetOf(list) }).queryStringParameters);
        expect(new Map(Object.entries(JSON.parse(json)))).toStrictEqual(new Map(list));
      }),
    );
  });
});

describe('the body', () => {
  const bodyOf = (headers: [string, string][], body = Buffer.from([0x61, 0xff])) => {
    const event = eventOf({ headers, hop: { body } });
    return { body: event.body, isBase64Encoded: event.isBase64Encoded };
  };
  const text = { body: 'a\ufffd', isBase64Encoded: false };
  const base64 = { body: 'Yf8=', isBase64Encoded: true };

  test.each([
    'text/plain',
    'text/csv; charset=utf-8',
    'TEXT/HTML',
    'application/json',
    'Application/JSON;charset=UTF-8',
    'application/javascript',
    'application/xml ; a=b',
  ])('is text, with what is not UTF-8 replaced, when its type is %s', (type) => {
    expect(bodyOf([['Content-Type', type]])).toStrictEqual(text);
  });

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=text/plain',
    'application/problem+json',
    'application/jsonlines',
    'application/octet-stream; note=application/json',
    'xtext/plain',
    '',
  ])('is base64 when its type is "%s"', (type) => {
    expect(bodyOf([['Content-Type', type]])).toStrictEqual(base64);
  });

  test('is base64 when it has no type', () => {
    expect(bodyOf([])).toStrictEqual(base64);
  });

  test('is base64 when it is encoded, whatever its type', () => {
    const headers: [string, string][] = [
      ['Content-Type', 'text/plain'],
      ['Content-Encoding', 'gzip'],
    ];
    expect(bodyOf(headers)).toStrictEqual(base64);
  });

  test('is judged by the last of several types', () => {
    const headers: [string, string][] = [
      ['Content-Type', 'text/plain'],
      ['Content-Type', 'image/png'],
    ];
    expect(bodyOf(headers)).toStrictEqual(base64);
  });

  test('is an empty text when there is none', () => {
    expect(bodyOf([], Buffer.alloc(0))).toStrictEqual({ body: '', isBase64Encoded: false });
  });
});

describe('the headers', () => {
  test('lose those whose names have other characters than letters, digits and hyphens', () => {
    const names = Object.keys(
      headersOf([...['a_b', 'a.b', '__proto__', "a'", 'A-1'].map((n): [string, string] => [n, 'v'])]),
    );
    expect(names.filter((name) => !name.startsWith('x-'))).toStrictEqual(['a-1']);
  });

  test('lose the hop-by-hop ones and those that Connection names, but never Host', () => {
    const sent: [string, string][] = [
      ['Host', 'h'],
      ['Connection', 'keep-alive, X-Private'],
      ['connection', 'HOST ,x-other'],
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Connection', 'keep-alive'],
      ['Transfer-Encoding', 'chunked'],
      ['TE', 'trailers'],
      ['Trailer', 'x-t'],
      ['Upgrade', 'h2c'],
      ['x-private', '1'],
      ['X-Other', '2'],
      ['X-Kept', '3'],
    ];
    const added = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id'];
    expect(Object.keys(headersOf(sent))).toStrictEqual(['host', 'x-kept', ...added]);
  });

  test('tell the protocol and port of the load balancer, whatever the client said', () => {
    const sent: [string, string][] = [
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Port', '443'],
    ];
    expect(headersOf(sent)).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-port': '8080' });
    expect(eventOf({ headers: sent }, true).multiValueHeaders).toMatchObject({
      'x-forwarded-proto': ['http'],
      'x-forwarded-port': ['8080'],
    });
  });
});

describe('X-Forwarded-For', () => {
  test('is the peer alone when the client sent none', () => {
    expect(forwardedFor()).toBe('192.0.2.1');
    expect(forwardedFor('')).toBe('192.0.2.1');
  });

  test('joins all lines of the client, then the peer, in both modes', () => {
    expect(forwardedFor('203.0.113.7, 198.51.100.2', 'junk')).toBe('203.0.113.7, 198.51.100.2, junk, 192.0.2.1');
    const headers: [string, string][] = [
      ['X-Forwarded-For', '203.0.113.7'],
      ['x-forwarded-for', '198.51.100.2'],
    ];
    expect(eventOf({ headers }, true).multiValueHeaders?.['x-forwarded-for']).toStrictEqual([
      '203.0.113.7, 198.51.100.2, 192.0.2.1',
    ]);
  });

  test('always ends with the peer, whatever the client sent', () => {
    const line = fc.tuple(fc.constantFrom('X-Forwarded-For', 'x-forwarded-for', 'Connection', 'A'), fc.string());
    const hostile = fc.tuple(fc.constant('Connection'), fc.constant('x-forwarded-for'));
    fc.assert(
      fc.property(fc.array(fc.oneof(line, hostile)), fc.ipV4(), fc.boolean(), (headers, peer, multi) => {
        const event = eventOf({ headers, hop: { peer } }, multi);
        const value = multi ? event.multiValueHeaders?.['x-forwarded-for'] : [event.headers?.['x-forwarded-for']];
        expect(value).toHaveLength(1);
        expect(value?.[0]?.split(', ').at(-1)).toBe(peer);
      }),
    );
  });
});

describe('X-Amzn-Trace-Id', () => {
  test('is a new Root when the client sent none', () => {
    expect(traceOf()).toBe(`Root=${NEW_ID}`);
    expect(headersOf([], { now: 1_999 })['x-amzn-trace-id']).toBe(`Root=1-00000001-${RANDOM}`);
  });

  test('gets a Self in front when it has a Root', () => {
    expect(traceOf('Root=1-aa-bb;CalledFrom=app')).toBe(`Self=${NEW_ID};Root=1-aa-bb;CalledFrom=app`);
  });

  test('has its Self replaced', () => {
    expect(traceOf('Root=1-aa-bb;Self=1-cc-dd;k=v')).toBe(`Self=${NEW_ID};Root=1-aa-bb;k=v`);
    expect(traceOf('Self=1-cc-dd; Root=1-aa-bb')).toBe(`Self=${NEW_ID};Root=1-aa-bb`);
  });

  test('keeps its fields and gets a Root when it has none', () => {
    expect(traceOf('CalledFrom=app')).toBe(`Root=${NEW_ID};CalledFrom=app`);
    expect(traceOf('Self=1-cc-dd;a=b')).toBe(`Self=${NEW_ID};Root=${NEW_ID};a=b`);
  });

  test('takes the last of several lines', () => {
    expect(traceOf('Root=1-aa-aa', 'Root=1-bb-bb')).toBe(`Self=${NEW_ID};Root=1-bb-bb`);
  });
});

describe('the limits', () => {
  const status = (parts: Parts) => refusalStatus(requestOf(parts));
  const withHeaders = (...headers: [string, string][]) => status({ headers: [['Host', 'h'], ...headers] });
  const addresses = (count: number) => Array.from({ length: count }, (_, i) => `192.0.2.${i}`).join(', ');

  test('let an ordinary request pass', () => {
    expect(status({})).toBeUndefined();
  });

  test('are 16 KB for the request line, with method and version', () => {
    const target = (line: number) => `/${'a'.repeat(line - 'GET / HTTP/1.1'.length)}`;
    expect(status({ target: target(16_384) })).toBeUndefined();
    expect(status({ target: target(16_385) })).toBe(414);
  });

  test('are 16 KB for one header', () => {
    expect(withHeaders(['A', 'a'.repeat(16_384 - 'A: '.length)])).toBeUndefined();
    expect(withHeaders(['A', 'a'.repeat(16_385 - 'A: '.length)])).toBe(400);
  });

  test('are 64 KB for all headers', () => {
    const fill = (bytes: number): [string, string][] => [
      ...['A', 'B', 'C'].map((name): [string, string] => [name, 'a'.repeat(16_384 - 'A: \r\n'.length)]),
      ['D', 'a'.repeat(bytes - 3 * 16_384 - 'D: \r\n'.length - 'Host: h\r\n'.length)],
    ];
    expect(withHeaders(...fill(65_536))).toBeUndefined();
    expect(withHeaders(...fill(65_537))).toBe(400);
  });

  test('refuse TRACE', () => {
    expect(status({ method: 'TRACE' })).toBe(405);
  });

  test('ask for exactly one Host, which HTTP/1.0 may leave out', () => {
    expect(status({ headers: [] })).toBe(400);
    expect(status({ headers: [], httpVersion: '1.0' })).toBeUndefined();
    expect(withHeaders(['host', 'h'])).toBe(400);
  });

  test('refuse WebSocket, and ignore other upgrades', () => {
    expect(withHeaders(['Connection', 'keep-alive, Upgrade'], ['Upgrade', 'WebSocket'])).toBe(400);
    expect(withHeaders(['Upgrade', 'websocket'])).toBeUndefined();
    expect(withHeaders(['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'])).toBeUndefined();
    expect(withHeaders(['Connection', 'Upgrade'], ['Upgrade', 'TLS/1.0, IRC/6.9'])).toBeUndefined();
    expect(withHeaders(['Upgrade', 'h2c'])).toBeUndefined();
    expect(withHeaders(['Connection', 'upgrade'])).toBeUndefined();
  });

  test('are 30 addresses in X-Forwarded-For, over all its lines', () => {
    expect(withHeaders(['X-Forwarded-For', addresses(30)])).toBeUndefined();
    expect(withHeaders(['X-Forwarded-For', addresses(31)])).toBe(463);
    expect(withHeaders(['X-Forwarded-For', addresses(15)], ['x-forwarded-for', addresses(16)])).toBe(463);
  });
});

describe('the desync mitigation lets pass, and closes the connection after it or not:', () => {
  const host: [string, string] = ['Host', 'h'];
  test.each<[string, string, [string, string][], boolean]>([
    ['a request as usual', 'GET', [], false],
    ['a body with POST', 'POST', [['Content-Length', '3']], false],
    ['a chunked body with PUT', 'PUT', [['Transfer-Encoding', 'chunked']], false],
    ['no body with GET, said so', 'GET', [['Content-Length', '0']], false],
    ['no body with HEAD, said so', 'HEAD', [['content-length', '0']], false],
    ['a header that is not ASCII', 'GET', [['X-Name', 'é']], false],
    ['a body with GET', 'GET', [['Content-Length', '3']], true],
    ['a chunked body with HEAD', 'HEAD', [['Transfer-Encoding', 'chunked']], true],
    ['an empty header', 'GET', [['Accept', '']], true],
    ['a header of spaces', 'POST', [['X-A', '  ']], true],
    ['a disguised length', 'POST', [['Content_Length', '3']], true],
    ['a disguised encoding', 'POST', [['TransferEncoding', 'chunked']], true],
  ])('%s', (_, method, headers, closes) => {
    const request = requestOf({ method, headers: [host, ...headers] });
    expect(refusalStatus(request)).toBeUndefined();
    expect(isAmbiguous(request)).toBe(closes);
  });
});
