import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createCloudFront, originHeaders, refusalStatus } from '../../../local/fronts/cloudfront.ts';
import { during, sendRaw } from '../../support/front.ts';
import { type RequestOptions, send } from '../../support/server.ts';

const secret = 'the-secret-of-this-start';

function sentToOrigin(
  headers: readonly (readonly [string, string])[],
  body = '',
  { peer = '203.0.113.9', target = '/app', withCredentials = false } = {},
) {
  const request = { method: 'POST', target, httpVersion: '1.1', rawHeaders: headers.flat() };
  const hop = { body: Buffer.from(body), peer, peerPort: 46_532, random: '0123456789abcdef01234567' };
  return originHeaders(request, hop, { host: 'origin.example', secret, withCredentials });
}

describe('the headers of the request to the origin', () => {
  const own = [
    ['X-Forwarded-For', '203.0.113.9'],
    ['X-Forwarded-Host', 'rollcall.example'],
    ['CloudFront-Viewer-Address', '203.0.113.9:46532'],
    ['CloudFront-Forwarded-Proto', 'http'],
    ['Via', '1.1 local.cloudfront.net (CloudFront)'],
    ['X-Amz-Cf-Id', '0123456789abcdef01234567'],
    ['x-origin-secret', secret],
  ];

  test('are those of the viewer that the function reads, with the host of the origin, and those of CloudFront', () => {
    const sent = [
      ['Host', 'rollcall.example'],
      ['Accept', '*/*'],
      ['idempotency-key', '1'],
      ['Idempotency-Key', '2'],
      ['Sec-Fetch-Site', 'none'],
    ] as const;
    const others = [
      ['X-Else', '1'],
      ['Cookie', 'a=1'],
      ['User-Agent', 'x'],
    ] as const;
    expect(sentToOrigin([...sent, ...others])).toEqual([['Host', 'origin.example'], ...sent.slice(1), ...own]);
  });

  test('have credentials where the stage asks for them, and never on a page that is kept', () => {
    const headers = [
      ['Host', 'h'],
      ['Authorization', 'Bearer x'],
    ] as const;
    const isSent = (target: string, withCredentials: boolean) =>
      sentToOrigin(headers, '', { target, withCredentials }).some(([name]) => name === 'Authorization');
    for (const target of ['/app', '/app?/docs', '/hello/a', '/docsx', '/asset', '/APP', '/ready']) {
      expect([isSent(target, true), isSent(target, false)], target).toEqual([true, false]);
    }
    for (const target of ['/', '/?x', '/docs', '/docs?x=1', '/openapi.json', '/assets/x', '/assets/a/b']) {
      expect(isSent(target, true), target).toBe(false);
    }
  });

  test('have nothing that the viewer says in the name of CloudFront, nor what it takes away', () => {
    const forged = [
      'CloudFront-Viewer-Address',
      'cloudfront-forwarded-proto',
      'CLOUDFRONT-ANYTHING',
      'X-Origin-Secret',
      'x-forwarded-host',
      'X-Amz-Cf-Id',
      'X-Edge-Location',
      'X-Real-IP',
      'X-Forwarded-Proto',
      'Expect',
      'Proxy-Authorization',
      'Transfer-Encoding',
      'TE',
      'Upgrade',
    ];
    const sent = [['Host', 'rollcall.example'] as const, ...forged.map((name) => [name, 'forged'] as const)];
    expect(sentToOrigin(sent)).toEqual([['Host', 'origin.example'], ...own]);
  });

  test('add the address to those that the viewer named, and say how long the body is', () => {
    const sent = [
      ['Host', 'h'],
      ['X-Forwarded-For', '192.0.2.4, 192.0.2.3'],
      ['x-forwarded-for', '192.0.2.2'],
      ['Via', '1.0 elsewhere'],
      ['Content-Length', '99'],
    ] as const;
    const headers = Object.fromEntries(sentToOrigin(sent, 'é', { peer: '2001:db8::1' }));
    expect(headers).toMatchObject({
      'X-Forwarded-For': '192.0.2.4, 192.0.2.3,192.0.2.2,2001:db8::1',
      'CloudFront-Viewer-Address': '2001:db8::1:46532',
      Via: '1.0 elsewhere, 1.1 local.cloudfront.net (CloudFront)',
      'Content-Length': '2',
    });
  });
});

describe('a refused request', () => {
  const refused = (method: string, target: string, headers: readonly (readonly [string, string])[] = []) =>
    refusalStatus({ method, target, httpVersion: '1.1', rawHeaders: [['Host', 'h'], ...headers].flat() });

  test('has a URL over 8,192 bytes, or more than 20,480 bytes', () => {
    const origin = 'https://h/'.length;
    expect(refused('GET', `/${'x'.repeat(8_192 - origin)}`)).toBeUndefined();
    expect(refused('GET', `/${'x'.repeat(8_193 - origin)}`)).toBe(413);
    expect(
      refused('GET', '/', [['A', 'x'.repeat(20_480 - 'GET / HTTP/1.1\r\nHost: h\r\nA: \r\n'.length)]]),
    ).toBeUndefined();
    expect(refused('GET', '/', [['A', 'x'.repeat(20_481 - 'GET / HTTP/1.1\r\nHost: h\r\nA: \r\n'.length)]])).toBe(413);
  });

  test.each(['GET', 'HEAD'])('is %s with a body', (method) => {
    expect(refused(method, '/', [['Content-Length', '1']])).toBe(403);
    expect(refused(method, '/', [['Transfer-Encoding', 'chunked']])).toBe(403);
    expect(refused(method, '/', [['Content-Length', '0']])).toBeUndefined();
    expect(refused('POST', '/', [['Content-Length', '1']])).toBeUndefined();
  });

  test('has a method that CloudFront does not know, or no single host', () => {
    expect(refused('TRACE', '/')).toBe(403);
    expect(refused('PROPFIND', '/')).toBe(403);
    expect(refused('GET', '/', [['host', 'other']])).toBe(400);
  });

  test('is answered with a page of CloudFront', async () => {
    const server = createCloudFront({ origin: 'http://127.0.0.1:1', secret });
    const answer = await during(server, (origin) => sendRaw(origin, 'TRACE / HTTP/1.1\r\nHost: h\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\nServer: CloudFront\r\n.*X-Cache: Error from cloudfront/s);
    expect(answer).toContain('403 ERROR');
  });
});

describe('a forwarded request', () => {
  /** What the origin got of one request, and what came back. */
  async function forwarded(method: string, path: string, options: RequestOptions = {}, status = 200) {
    const got: { request: IncomingMessage; body: string }[] = [];
    const origin = createServer(async (request, response) => {
      got.push({ request, body: (await buffer(request)).toString('latin1') });
      response.writeHead(status, 'As It Was', [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Connection',
        'X-Hop',
        'X-Hop',
        '1',
      ]);
      response.end('answer');
    });
    const reply = await during(origin, (address) =>
      during(createCloudFront({ origin: address, secret }), (viewed) => send(viewed, method, path, options)),
    );
    return { got: got[0], reply };
  }

  test('is what it was, and so is the answer', async () => {
    const body = Buffer.from([0, 255]);
    const { got, reply } = await forwarded('PUT', '/a%2Fb/../c?x=%20', { body, headers: { expect: '100-continue' } });
    expect([got?.request.method, got?.request.url, got?.body]).toEqual(['PUT', '/a%2Fb/../c?x=%20', '\x00\xff']);
    expect(got?.request.headers).toMatchObject({ 'content-length': '2', 'x-origin-secret': secret });
    expect(got?.request.headers).not.toHaveProperty('expect');
    expect(reply).toMatchObject({ status: 200, text: 'answer' });
    expect(reply.headers).toMatchObject({
      'set-cookie': ['a=1', 'b=2'],
      'content-length': '6',
      via: '1.1 local.cloudfront.net (CloudFront)',
      'x-cache': 'Miss from cloudfront',
    });
    expect(reply.headers).not.toHaveProperty('x-hop');
    expect(JSON.stringify(reply)).not.toContain(secret);
  });

  test('of HEAD has no body in its answer, and one that fails says so', async () => {
    const { reply } = await forwarded('HEAD', '/', {}, 404);
    expect([reply.status, reply.text, reply.headers['x-cache']]).toEqual([404, '', 'Error from cloudfront']);
  });

  test('says of the viewer its own address and port', async () => {
    const seen = Promise.withResolvers<[string | undefined, unknown]>();
    const origin = createServer((request, response) => {
      seen.resolve([request.headers.host, request.headers['cloudfront-viewer-address']]);
      response.end();
    });
    await during(origin, (address) =>
      during(createCloudFront({ origin: address, secret }), async (viewed) => {
        const viewer = httpRequest(viewed);
        const port = new Promise((resolve) =>
          viewer.once('socket', (socket) => socket.once('connect', () => resolve(socket.localPort))),
        );
        await new Promise((resolve) =>
          viewer.once('response', (response) => response.resume().once('end', resolve)).end(),
        );
        expect(await seen.promise).toEqual([new URL(address).host, `127.0.0.1:${await port}`]);
      }),
    );
  });

  test('is answered with 502 when there is no origin, or it breaks off', async () => {
    const nowhere = createCloudFront({ origin: 'http://127.0.0.1:1', secret });
    expect((await during(nowhere, (viewed) => send(viewed, 'GET', '/'))).status).toBe(502);
    const broken = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const reply = await during(broken, (address) =>
      during(createCloudFront({ origin: address, secret }), (viewed) => send(viewed, 'GET', '/')),
    );
    expect([reply.status, reply.headers.server]).toEqual([502, 'CloudFront']);
  });
});

describe('what is kept', () => {
  /** Asks for a path some times, and gives what came from the cache, and how often the origin was asked. */
  async function asked(
    path: string,
    answered: Record<string, string>,
    requests: readonly RequestOptions[],
    status = 200,
  ) {
    let times = 0;
    let clock = 0;
    const origin = createServer((_, response) => response.writeHead(status, answered).end(String(++times)));
    const options = { secret, withCredentials: true, cacheSeconds: 60, now: () => clock };
    const texts = await during(origin, (address) =>
      during(createCloudFront({ origin: address, ...options }), async (viewed) => {
        const all: string[] = [];
        for (const request of requests) {
          all.push((await send(viewed, 'GET', path, request)).text);
          clock += 900;
        }
        return all;
      }),
    );
    return texts.join('');
  }
  const of = (...names: string[]) => names.map((name) => ({ headers: { authorization: name } }));

  test('is a page, whatever it says and whoever asks, for a minute', async () => {
    expect(await asked('/docs', { 'cache-control': 'no-store' }, of('a', 'b', 'a'))).toBe('111');
    expect(await asked('/docs', {}, of(...Array.from({ length: 68 }, () => 'a')))).toBe(`${'1'.repeat(67)}2`);
    expect(await asked('/docs', {}, [{ headers: { accept: 'a' } }, { headers: { accept: 'b' } }])).toBe('12');
  });

  test('is nothing else that says no-store, and anything else for a second at most, by who asks', async () => {
    expect(await asked('/app', { 'cache-control': 'no-store' }, of('a', 'a'))).toBe('12');
    expect(await asked('/app', {}, of('a', 'a'))).toBe('12');
    expect(await asked('/app', { 'cache-control': 'max-age=60' }, of('a', 'a', 'a', 'b'))).toBe('1123');
  });

  test('is no error that the distribution does not keep', async () => {
    expect(await asked('/docs', {}, of('a', 'a'), 503)).toBe('12');
    // Of this one the distribution says nothing.
    expect(await asked('/docs', {}, of('a', 'a'), 401)).toBe('11');
  });
});
