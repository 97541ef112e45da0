import { describe, expect, test } from 'vitest';
import { createHttpApi } from '../../../local/fronts/http-api.ts';
import { during, recordedFunction, sendRaw } from '../../support/front.ts';
import { type RequestOptions, send } from '../../support/server.ts';

const OK = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
const MB = 1024 * 1024;

/** Sends one request through an HTTP API to a function that answers so. */
async function through(
  answer: unknown,
  method: string,
  path: string,
  {
    timeoutMs,
    functionTimeoutMs,
    ...options
  }: RequestOptions & { timeoutMs?: number; functionTimeoutMs?: number } = {},
) {
  const fn = recordedFunction(() => (typeof answer === 'function' ? answer() : answer), functionTimeoutMs);
  const server = createHttpApi({ ...fn, paths: ['/', '/app', '/app/{id}'], ...(timeoutMs && { timeoutMs }) });
  const reply = await during(server, (origin) => send(origin, method, path, options));
  return { ...reply, events: fn.events, lines: fn.lines };
}

describe('a request', () => {
  test('reaches the function as payload format 2.0, and the answer the client', async () => {
    const headers = { 'content-type': 'text/plain', 'x-two': ['a', 'b'], cookie: 'c=1' };
    const answer = { ...OK, cookies: ['d=2', 'e=3'] };
    const reply = await through(answer, 'POST', '/app/%61?x=1&x=2', { headers, body: 'é' });
    expect(reply).toMatchObject({ status: 200, text: 'ok' });
    expect(reply.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '2',
      'set-cookie': ['d=2', 'e=3'],
      'apigw-requestid': expect.stringMatching(/^[\w-]{15}=$/),
    });
    expect(reply.events).toMatchObject([
      {
        version: '2.0',
        routeKey: 'ANY /app/{id}',
        rawPath: '/app/a',
        rawQueryString: 'x=1&x=2',
        cookies: ['c=1'],
        headers: { 'x-two': 'a,b', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
        requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' } },
        body: 'é',
      },
    ]);
  });

  test.each([
    ['there is no route', 404, 'GET', '/nothing', {}, 'Not Found'],
    ['a method is no HTTP API', 404, 'PROPFIND', '/app', {}, 'Not Found'],
    ['its path is decoded to none', 400, 'GET', '/app/%25x', {}, 'Bad Request'],
    ['its head is over 10,240 bytes', 431, 'GET', `/app?${'x'.repeat(10_240)}`, {}, 'Request Header Fields Too Large'],
    ['its body is over 10 MB', 413, 'POST', '/app', { body: Buffer.alloc(10 * MB + 1) }, 'Request Entity Too Large'],
    ['its event is over 6 MB', 413, 'POST', '/app', { body: Buffer.alloc(5 * MB) }, 'Request Entity Too Large'],
  ] as const)('is answered by the API itself where %s', async (_, status, method, path, options, message) => {
    const reply = await through(OK, method, path, options);
    expect(reply).toMatchObject({ status, headers: { 'content-type': 'application/json' }, events: [] });
    expect(JSON.parse(reply.text)).toEqual({ message });
  });

  test('that is no HTTP is answered by the API itself', async () => {
    const server = createHttpApi({ ...recordedFunction(() => OK), paths: ['/'] });
    const answer = await during(server, (origin) => sendRaw(origin, 'hello\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*\{"message":"Bad Request"\}$/s);
  });
});

describe('the function', () => {
  const fails = () => {
    throw new Error('one\r\ntwo');
  };
  test.each([
    ['throws', fails, 'the invocation failed: the handler threw Error: one two'],
    ['has a malformed result', { statusCode: 'x' }, 'statusCode is not an integer'],
  ])('is answered for with 500, and a line in the log, when it %s', async (_, answer, why) => {
    const reply = await through(answer, 'GET', '/app/a%0Ab?secret');
    expect([reply.status, reply.text]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(reply.lines).toEqual([expect.stringContaining(`500 for GET /app/a b: ${why}`)]);
  });

  test('that runs out of its own time is a failed one', async () => {
    const reply = await through(() => new Promise(() => {}), 'GET', '/', { functionTimeoutMs: 1 });
    expect([reply.status, reply.lines.length]).toEqual([500, 1]);
  });

  test('that outlasts the patience of the API is answered for with 503', async () => {
    const reply = await through(() => new Promise(() => {}), 'GET', '/', { timeoutMs: 1, functionTimeoutMs: 50 });
    expect([reply.status, reply.text]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test('may answer without a status code', async () => {
    const reply = await through({ message: 'hi' }, 'GET', '/');
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      200,
      'application/json',
      '{"message":"hi"}',
    ]);
  });
});
