import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ipv4, originForm } from '../../../local/fronts/front.ts';
import { FRONTS } from '../../../local/fronts/fronts.ts';
import { sendRaw } from '../../support/front.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

test.each([
  ['::ffff:192.0.2.9', '192.0.2.9'],
  ['::FFFF:192.0.2.9', '192.0.2.9'],
  ['::ffff:0:1', '::ffff:0:1'],
  ['2001:db8::1', '2001:db8::1'],
  ['192.0.2.9', '192.0.2.9'],
])('a client whose socket says %s has the address %s', (socket, address) => {
  expect(ipv4(socket)).toBe(address);
});

describe('the target of a request', () => {
  test.each([
    ['GET', '/health', '/health', 'sent'],
    ['GET', '//evil.example/x', '//evil.example/x', 'sent'],
    ['GET', 'http://other/health', '/health', 'other'],
    ['GET', 'HTTP://other:8080/app?limit=1', '/app?limit=1', 'other:8080'],
    ['GET', 'https://[::1]:3000/', '/', '[::1]:3000'],
    ['GET', 'http://other', '/', 'other'],
    ['GET', 'http://other?x=http://h/', '/?x=http://h/', 'other'],
    ['OPTIONS', 'http://other', '*', 'other'],
    ['OPTIONS', 'http://other/', '/', 'other'],
    ['OPTIONS', '*', '*', 'sent'],
    ['GET', 'http://user@other/', 'http://user@other/', 'sent'],
    ['GET', 'ftp://other/', 'ftp://other/', 'sent'],
  ])('%s %s is %s of %s', (method, target, path, host) => {
    const rawHeaders = ['Host', 'sent', 'A', 'b'];
    const request = originForm({ method, target, httpVersion: '1.1', rawHeaders });
    expect([request.target, new Set(request.rawHeaders)]).toEqual([path, new Set(['Host', host, 'A', 'b'])]);
  });

  test('stays as it is when the request is at fault in its Host', () => {
    const request = { method: 'GET', target: 'http://a/', httpVersion: '1.1', rawHeaders: ['Host', 'a', 'Host', 'b'] };
    expect(originForm(request)).toBe(request);
  });
});

const ways = FRONTS.flatMap((front) => [false, true].map((cdn) => ({ front, cdn })));

describe.each(ways)('what clients send to $front, CloudFront before it: $cdn', (options) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, options);
  });
  afterAll(() => server.close());

  const answer = async (line: string, headers: readonly string[] = [], body = '') => {
    const head = [`${line} HTTP/1.1`, 'Host: rollcall.example', 'Connection: close', ...headers].join('\r\n');
    return sendRaw(server.origin, `${head}\r\n\r\n${body}`);
  };
  const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];

  it('is answered over HTTP/1.1 where it offers HTTP/2, as Java and curl do', async () => {
    expect(await answer('GET /health', H2C)).toMatch(/^HTTP\/1\.1 200 .*{"status":"ok"}\n$/s);
    const form = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 8', 'Accept: application/json'];
    const recorded = await answer('POST /app', [...H2C, ...form], 'source=a');
    expect(recorded).toMatch(/^HTTP\/1\.1 201 .*"source":"a"/s);
  });

  it('may name the whole address as its target, whose host counts', async () => {
    expect(await answer('GET http://rollcall.example/health')).toMatch(/^HTTP\/1\.1 200 /);
    const page = await answer('GET http://other.example:81', ['Accept: text/plain']);
    expect(page).toContain('curl http://other.example:81/app\n');
  });

  it('may ask for the options of the server as a whole', async () => {
    for (const target of ['*', 'http://rollcall.example']) {
      expect(await answer(`OPTIONS ${target}`)).toMatch(/^HTTP\/1\.1 204 .*\r\nallow: [A-Z, ]*GET/s);
    }
  });

  it('may say that a GET has no body', async () => {
    expect(await answer('GET /health', ['Content-Length: 0'])).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answer('HEAD /health', ['Content-Length: 0'])).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('leaves a line in the log where it is refused', async () => {
    const long = options.cdn ? 9_000 : 20_000;
    expect(await answer(`GET /${'x'.repeat(long)}`)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(server.refusals).toEqual([expect.stringMatching(/^4\d\d for GET \/x+: refused before the function$/)]);
  });
});

test('a load balancer closes the connection after a request that is ambiguous, and not after others', async () => {
  const server = await startServer(EMBEDDED);
  const request = (headers: string, end = '') => `GET /health HTTP/1.1\r\nHost: h\r\n${headers}\r\n${end}`;
  const two = await sendRaw(server.origin, request('Content-Length: 0\r\n') + request('Accept:\r\n') + request(''));
  expect(two.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  await server.close();
});
