import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ALBEvent } from 'aws-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAlb } from '../../../local/fronts/alb.ts';
import { createInvoker, FunctionError, type LambdaHandler } from '../../../local/invoker.ts';

const MB = 1_048_576;
const OK = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
const BAD_REQUEST = /^HTTP\/1\.1 400 Bad Request\r\nServer: awselb\/2\.0\r\n.*<h1>400 Bad Request<\/h1>/s;
const cleanUps: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

interface Alb {
  readonly server: Server;
  readonly port: number;
  /** The events the function got. */
  readonly events: ALBEvent[];
  /** The lines logged. */
  readonly lines: string[];
}

/** A load balancer on a free port, in front of a function that answers with `result`, or as it says. */
async function startAlb(
  result: unknown | ((event: ALBEvent) => unknown) = OK,
  { multiValueHeaders = false, timeoutMs = 10_000 } = {},
): Promise<Alb> {
  const events: ALBEvent[] = [];
  const lines: string[] = [];
  const run = createInvoker({
    handler: async () => (typeof result === 'function' ? result(events.at(-1)) : result),
    timeoutMs,
  });
  const invoke = (payload: string) => {
    events.push(JSON.parse(payload));
    return run(payload);
  };
  const server = createAlb({ invoke, multiValueHeaders, log: (line) => lines.push(line) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port: (server.address() as AddressInfo).port, events, lines };
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

interface Got {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function send(
  { port }: Alb,
  { method = 'GET', path = '/', headers = [], body = '', agent }: Sent = {},
): Promise<Got> {
  const request = httpRequest({
    port,
    method,
    path,
    headers: ['host', 'h', 'content-length', String(Buffer.byteLength(body)), ...headers],
    ...(agent && { agent }),
  });
  request.end(body);
  // Once it is refused, a client's writes may fail; after the answer they do not count.
  request.once('response', () => request.on('error', () => {}));
  const [response] = await once(request, 'response');
  const { statusCode: status, statusMessage: reason } = response;
  return { status, reason, headers: response.headers, body: await text(response) };
}

function open({ port }: Alb, allowHalfOpen = false): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
  cleanUps.push(() => socket.destroy());
  return socket;
}

/** Sends bytes as they are (one a character) and resolves to all that comes back until the load balancer closes. */
async function sendRaw(alb: Alb, bytes: string): Promise<string> {
  const socket = open(alb).setEncoding('latin1');
  socket.write(bytes, 'latin1');
  return text(socket);
}

/** An agent that keeps its one connection. */
function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanUps.push(() => agent.destroy());
  return agent;
}

/** Not once(), which rejects when the socket closes with an error. */
const gone = (socket: Socket) =>
  new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));

/** A function that has been called `count` times, and answers only when released. */
function gate(count = 1) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let calls = 0;
  const pass = async (result: unknown) => {
    calls += 1;
    if (calls === count) reached.resolve();
    await released.promise;
    return result;
  };
  return { reached: reached.promise, release: released.resolve, pass };
}

describe('an invocation', () => {
  const invoke = (handler: LambdaHandler, payload = '{}') => createInvoker({ handler })(payload);

  test('hands over JSON text and takes JSON text back', async () => {
    const handler: LambdaHandler = async (event) => ({ event, when: new Date(0), gone: undefined });
    expect(await invoke(handler, '{"a":[1]}')).toBe('{"event":{"a":[1]},"when":"1970-01-01T00:00:00.000Z"}');
  });

  test('returns null for undefined', async () => {
    expect(await invoke(async () => undefined)).toBe('null');
  });

  test('has an id of its own and counts its time down', async () => {
    vi.useFakeTimers();
    const ids = new Set<string>();
    const seen: number[] = [];
    const handler: LambdaHandler = async (_event, context) => {
      ids.add(context.awsRequestId);
      seen.push(context.getRemainingTimeInMillis());
      vi.advanceTimersByTime(400);
      seen.push(context.getRemainingTimeInMillis());
    };
    await createInvoker({ handler, timeoutMs: 1_000 })('{}');
    await createInvoker({ handler })('{}');
    expect(seen).toStrictEqual([1_000, 600, 10_000, 9_600]);
    expect(ids.size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('never has less than no time left', async () => {
    vi.useFakeTimers();
    const left = Promise.withResolvers<() => number>();
    const handler: LambdaHandler = async (_event, context) => left.resolve(() => context.getRemainingTimeInMillis());
    await invoke(handler);
    vi.advanceTimersByTime(20_000);
    expect((await left.promise)()).toBe(0);
  });

  test.each<[string, LambdaHandler, string]>([
    [
      'rejects',
      async () => Promise.reject(new TypeError('no such thing')),
      'the handler threw TypeError: no such thing',
    ],
    [
      'throws before it returns a promise',
      () => {
        throw new Error('early');
      },
      'the handler threw Error: early',
    ],
    ['returns a BigInt', async () => ({ n: 1n }), "the handler's result is not JSON: TypeError"],
    ['returns a function', async () => () => 1, "the handler's result is not JSON: a function"],
    [
      'returns a cycle',
      async () => {
        const cycle: { self?: unknown } = {};
        cycle.self = cycle;
        return cycle;
      },
      "the handler's result is not JSON: TypeError",
    ],
  ])('fails with the reason when the handler %s', async (_what, handler, why) => {
    const failure = invoke(handler);
    await expect(failure).rejects.toThrow(FunctionError);
    await expect(failure).rejects.toThrow(why);
  });

  test('fails when the handler does not settle in time, ten seconds by default', async () => {
    vi.useFakeTimers();
    const forever: LambdaHandler = () => new Promise(() => {});
    const failure = expect(invoke(forever)).rejects.toThrow(
      new FunctionError('the handler did not settle within 10000 ms'),
    );
    const short = createInvoker({ handler: forever, timeoutMs: 3 })('{}');
    const shortFailure = expect(short).rejects.toThrow('within 3 ms');
    await vi.advanceTimersByTimeAsync(3);
    await shortFailure;
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(9_997);
    await failure;
  });

  test('leaves no timer behind, however it ends', async () => {
    vi.useFakeTimers();
    await invoke(async () => 1);
    await expect(invoke(async () => Promise.reject(new Error()))).rejects.toThrow(FunctionError);
    await expect(invoke(async () => 1n)).rejects.toThrow(FunctionError);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may overlap others', async () => {
    const { reached, release, pass } = gate(2);
    const run = createInvoker({ handler: async (event) => pass(event) });
    const both = Promise.all([run('1'), run('2')]);
    await reached;
    release();
    expect(await both).toStrictEqual(['1', '2']);
  });
});

describe('a request', () => {
  test('reaches the function as the event of a load balancer', async () => {
    const alb = await startAlb();
    const started = Math.floor(Date.now() / 1000);
    const got = await send(alb, {
      method: 'POST',
      path: '/app?a=%20&a=2',
      headers: ['Content-Type', 'application/json', 'X-Two', '1', 'x-two', '2', 'X-Forwarded-For', '203.0.113.7'],
      body: '{"note":"é"}',
    });
    expect(got).toMatchObject({ status: 200, reason: 'OK', body: 'ok' });
    expect(got.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '2' });
    const [event] = alb.events;
    expect(event).toMatchObject({
      httpMethod: 'POST',
      path: '/app',
      queryStringParameters: { a: '2' },
      body: '{"note":"é"}',
      isBase64Encoded: false,
    });
    const { 'x-amzn-trace-id': trace = '', ...headers } = event?.headers ?? {};
    expect(headers).toStrictEqual({
      host: 'h',
      'content-length': '13',
      'content-type': 'application/json',
      'x-two': '2',
      'x-forwarded-for': '203.0.113.7, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(alb.port),
    });
    expect(trace).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    const seconds = Number.parseInt(trace.slice('Root=1-'.length), 16);
    expect(seconds).toBeGreaterThanOrEqual(started);
    expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test('reaches the function with all values in multi-value mode', async () => {
    const alb = await startAlb({ statusCode: 200 }, { multiValueHeaders: true });
    await send(alb, { path: '/?a=%20&a=2', headers: ['X-Two', '1', 'x-two', '2'] });
    expect(alb.events[0]).toMatchObject({
      multiValueQueryStringParameters: { a: ['%20', '2'] },
      multiValueHeaders: { 'x-two': ['1', '2'], 'x-forwarded-for': ['127.0.0.1'] },
    });
    expect(alb.events[0]).not.toHaveProperty('headers');
  });

  test('has a trace id that no other request has', async () => {
    const alb = await startAlb();
    await Promise.all([send(alb), send(alb)]);
    const [one, two] = alb.events.map(({ headers }) => headers?.['x-amzn-trace-id']);
    expect(one).not.toBe(two);
  });

  test('may have thousands of small headers, and loses none', async () => {
    const alb = await startAlb({ statusCode: 200 }, { multiValueHeaders: true });
    await send(alb, { headers: Array.from({ length: 6_000 }, () => ['a', 'b']).flat() });
    expect(alb.events[0]?.multiValueHeaders?.a).toHaveLength(6_000);
  });

  test('may be chunked', async () => {
    const alb = await startAlb();
    const chunks = '3\r\nabc\r\n2\r\nde\r\n0\r\nx-trailer: t\r\n\r\n';
    const head =
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n';
    expect(await sendRaw(alb, `${head}\r\n${chunks}`)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(alb.events[0]?.body).toBe('abcde');
    expect(alb.events[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect(alb.events[0]?.headers).not.toHaveProperty('x-trailer');
  });

  test('may have binary bytes in its body', async () => {
    const alb = await startAlb();
    await send(alb, { method: 'POST', body: Buffer.from([0, 255]) });
    expect(alb.events[0]).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  });
});

describe('a refused request', () => {
  const page = (title: string) =>
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  const refusals: [string, number, string, Sent][] = [
    ['its request line is over 16 KB', 414, '414 URI Too Long', { path: `/${'a'.repeat(16_384)}` }],
    ['its request line is over 100 KB', 414, '414 URI Too Long', { path: `/${'a'.repeat(102_400)}` }],
    ['a header is over 16 KB', 400, '400 Bad Request', { headers: ['a', 'a'.repeat(16_384)] }],
    [
      'its headers are over 64 KB',
      400,
      '400 Bad Request',
      { headers: Array.from({ length: 5 }, () => ['a', 'a'.repeat(15_000)]).flat() },
    ],
    ['it is TRACE', 405, '405 Method Not Allowed', { method: 'TRACE' }],
    ['it forwards for 31 addresses', 463, '463', { headers: ['X-Forwarded-For', Array(31).fill('192.0.2.1').join()] }],
    ['it has two hosts', 400, '400 Bad Request', { headers: ['Host', 'other'] }],
  ];

  test.each(refusals)('is answered by the load balancer itself when %s', async (_why, status, title, sent) => {
    const alb = await startAlb();
    const got = await send(alb, sent);
    expect(got).toMatchObject({ status, body: page(title) });
    expect(got.headers).toMatchObject({
      server: 'awselb/2.0',
      'content-type': 'text/html',
      'content-length': String(page(title).length),
      connection: 'close',
    });
    expect(alb.events).toStrictEqual([]);
    expect(alb.lines).toStrictEqual([expect.stringMatching(/^4\d\d for [A-Z]+ .*: refused before the function$/)]);
  });

  test.each([
    ['it has no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['it is no HTTP', 'hello\r\n\r\n'],
    ['its method is unknown', 'BREW / HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['its target has a space', 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a header name has a space', 'GET / HTTP/1.1\r\nHost: h\r\na b: c\r\n\r\n'],
    ['a header value has a control character', 'GET / HTTP/1.1\r\nHost: h\r\na: \x01\r\n\r\n'],
    [
      'its length is ambiguous',
      'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a chunk is malformed', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['it overflows the parser', `GET / HTTP/1.1\r\nHost: h\r\na: ${'a'.repeat(600_000)}\r\n\r\n`],
    [
      'it is a WebSocket',
      'GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ],
    ['it is CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ])('is answered with 400 and a closed connection when %s', async (_why, bytes) => {
    const alb = await startAlb();
    const answer = await sendRaw(alb, bytes);
    expect(answer).toMatch(BAD_REQUEST);
    expect(answer).toMatch(/^Connection: close\r$/m);
    expect(answer).toMatch(/^Date: /m);
    expect(answer.split('HTTP/1.1 400')).toHaveLength(2);
    expect(alb.events).toStrictEqual([]);
  });

  test('is answered with 408 when it does not arrive in time', async () => {
    const alb = await startAlb();
    const answer = sendRaw(alb, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab');
    const [{ socket }] = await once(alb.server, 'request');
    const timeout = Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    alb.server.emit('clientError', timeout, socket);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nServer: awselb/);
  });

  test('has no body in its answer when it is HEAD', async () => {
    const alb = await startAlb();
    const got = await send(alb, { method: 'HEAD', path: `/${'a'.repeat(16_384)}` });
    expect(got).toMatchObject({ status: 414, body: '' });
  });

  test('is the last of its connection', async () => {
    const alb = await startAlb();
    const answer = await sendRaw(alb, 'TRACE / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 405']);
    expect(alb.events).toStrictEqual([]);
  });

  test('goes unanswered after a request that closes the connection', async () => {
    const alb = await startAlb();
    const answer = await sendRaw(alb, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nhello\r\n\r\n');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 200']);
  });

  test('is answered after the requests before it', async () => {
    const { reached, release, pass } = gate();
    const alb = await startAlb(() => pass(OK));
    const answer = sendRaw(alb, 'GET / HTTP/1.1\r\nHost: h\r\n\r\nhello\r\n\r\n');
    await reached;
    release();
    expect((await answer).match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });

  test.each([
    ['is malformed', 'hello\r\n\r\n'],
    ['is CONNECT', `CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n${'a'.repeat(MB)}`],
    ['is TRACE', 'TRACE / HTTP/1.1\r\nHost: h\r\n\r\n'],
  ])('has its connection closed as soon as the client closes it when it %s', async (_what, bytes) => {
    const alb = await startAlb();
    // The time after which the load balancer cuts the connection never comes.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const accepted = once(alb.server, 'connection');
    await sendRaw(alb, bytes);
    const [socket] = await accepted;
    await gone(socket);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has its connection cut when the client will not close it', async () => {
    const alb = await startAlb();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const socket = open(alb, true);
    const [[accepted]] = await Promise.all([once(alb.server, 'connection'), socket.write('hello\r\n\r\n')]);
    await text(socket);
    expect(accepted.destroyed).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(accepted.destroyed).toBe(true);
  });
});

describe('a body', () => {
  const chunked = (size: number) => {
    const chunk = `${(65_536).toString(16)}\r\n${'a'.repeat(65_536)}\r\n`;
    const rest = size % 65_536;
    return chunk.repeat(Math.floor(size / 65_536)) + (rest ? `${rest.toString(16)}\r\n${'a'.repeat(rest)}\r\n` : '');
  };
  const head = 'POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n';

  test('may be 1 MB, announced or chunked', async () => {
    const alb = await startAlb();
    expect(await send(alb, { method: 'POST', body: Buffer.alloc(MB) })).toMatchObject({ status: 200 });
    expect(await sendRaw(alb, `${head}Connection: close\r\n\r\n${chunked(MB)}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
    expect(alb.events.map(({ body }) => body?.length)).toStrictEqual([Math.ceil(MB / 3) * 4, MB]);
  });

  test('of more than 1 MB is refused before it is sent when it is announced', async () => {
    const alb = await startAlb();
    const answer = await sendRaw(alb, `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${MB + 1}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\nServer: awselb\/2\.0\r\n.*Connection: close/s);
    expect(alb.events).toStrictEqual([]);
  });

  test('of more than 1 MB is refused once it exceeds the limit, without waiting for its end, when it is chunked', async () => {
    const alb = await startAlb();
    expect(await sendRaw(alb, `${head}\r\n${chunked(MB + 1)}`)).toMatch(/^HTTP\/1\.1 413 .*Connection: close/s);
    expect(alb.events).toStrictEqual([]);
  });

  test.each([
    ['announced', `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${32 * MB}\r\n\r\n${'a'.repeat(32 * MB)}`],
    ['chunked', `${head}\r\n${chunked(32 * MB)}0\r\n\r\n`],
  ])(
    'of far more than 1 MB that is %s can be sent to its end, by a client that reads only then',
    async (_how, bytes) => {
      const alb = await startAlb();
      const socket = open(alb, true);
      await new Promise((resolve) => socket.write(bytes, 'latin1', resolve));
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /);
      socket.end();
    },
  );

  test('of more than 1 MB is refused once, even if it is malformed as well', async () => {
    const alb = await startAlb();
    const answer = await sendRaw(alb, `${head}\r\n${chunked(MB + 1)}xyz\r\n`);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);

    const late = open(alb, true).setEncoding('latin1');
    late.write(`${head}\r\n${chunked(MB + 1)}`);
    const lateAnswer = text(late);
    await once(late, 'readable');
    const fault = once(alb.server, 'clientError');
    late.write('xyz\r\n');
    await fault;
    late.end();
    expect((await lateAnswer).match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 413']);
  });
});

describe('a response', () => {
  test('has a line for each value in multi-value mode', async () => {
    const multiValueHeaders = { 'set-cookie': ['a=1', 'b=2'], 'Content-Type': ['text/plain'] };
    const alb = await startAlb({ statusCode: 200, multiValueHeaders, body: 'ok' }, { multiValueHeaders: true });
    const answer = await sendRaw(alb, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(answer).toContain('\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nContent-Type: text/plain\r\n');
  });

  test('has the reason phrase of the function and the length of its body in bytes', async () => {
    const headers = { 'Content-Length': '999', Connection: 'x-hop', 'X-Hop': '1', 'x-latin': 'é' };
    const alb = await startAlb({ statusCode: 201, statusDescription: '201 Recorded', headers, body: 'é' });
    const answer = await sendRaw(alb, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 201 Recorded\r\nx-latin: é\r\nContent-Length: 2\r\n/);
    expect(answer).not.toMatch(/x-hop/i);
    expect(answer.endsWith(Buffer.from('é').toString('latin1'))).toBe(true);
  });

  test('has its base64 body decoded', async () => {
    const alb = await startAlb({
      statusCode: 200,
      isBase64Encoded: true,
      body: Buffer.from('bytes').toString('base64'),
    });
    expect((await send(alb)).body).toBe('bytes');
  });

  test('without a body says so', async () => {
    const alb = await startAlb({ statusCode: 404 });
    expect(await send(alb)).toMatchObject({ status: 404, headers: { 'content-length': '0' }, body: '' });
  });

  test.each([[204], [304]])(
    'with status %i has neither body nor length, and the connection lives on',
    async (statusCode) => {
      const alb = await startAlb(({ path }: ALBEvent) => (path === '/' ? { ...OK, statusCode } : OK));
      const answer = await sendRaw(
        alb,
        'GET / HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
      );
      const [first = '', second = ''] = answer.split(/(?=HTTP\/1\.1 200)/);
      expect(first).toMatch(new RegExp(`^HTTP/1\\.1 ${statusCode} .*\\r\\n\\r\\n$`, 's'));
      expect(first).not.toMatch(/content-length|transfer-encoding/i);
      expect(second).toMatch(/\r\n\r\nok$/);
    },
  );

  test('to HEAD has no body, and the length of the one the function gave', async () => {
    const alb = await startAlb(({ path }: ALBEvent) => (path === '/' ? OK : { statusCode: 200 }));
    const [withBody, without] = await Promise.all([
      send(alb, { method: 'HEAD' }),
      send(alb, { method: 'HEAD', path: '/b' }),
    ]);
    expect(withBody).toMatchObject({ status: 200, body: '', headers: { 'content-length': '2' } });
    expect(without).toMatchObject({ status: 200, body: '' });
    expect(without.headers).not.toHaveProperty('content-length');
    expect(without.headers).not.toHaveProperty('transfer-encoding');
  });

  test('leaves in the order in which the requests came', async () => {
    const { reached, release, pass } = gate();
    const alb = await startAlb(({ path }: ALBEvent) => (path === '/slow' ? pass({ ...OK, body: 'slow' }) : release()));
    const requests = ['/slow', '/fast'].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
    const answer = sendRaw(alb, `${requests.join('')}GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    await reached;
    expect((await answer).match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 200', 'HTTP/1.1 502', 'HTTP/1.1 502']);
  });
});

describe('a result that is no response', () => {
  test.each<[string, unknown, string]>([
    ['has no status code', { body: 'secret' }, 'statusCode is not an integer from 200 to 599'],
    [
      'has a null status description',
      { statusCode: 200, statusDescription: null },
      'statusDescription is not a string',
    ],
    ['has a header that is a number', { statusCode: 200, headers: { a: 1 } }, 'headers["a"] is not a string'],
    ['is undefined', () => undefined, 'the response is not a JSON object'],
    ['is over 1 MB', { statusCode: 200, body: 'a'.repeat(MB) }, 'the response JSON is over 1 MB'],
    [
      'is an error',
      () => {
        throw new Error('one\r\n  two\u0000three');
      },
      'the invocation failed: the handler threw Error: one two three',
    ],
  ])('is answered with 502 and logged in one line when it %s', async (_what, result, why) => {
    const alb = await startAlb(result);
    const got = await send(alb, { method: 'PUT', path: '/app?note=secret' });
    expect(got).toMatchObject({ status: 502, reason: 'Bad Gateway', headers: { server: 'awselb/2.0' } });
    expect(got.body).toContain('<h1>502 Bad Gateway</h1>');
    expect(alb.lines).toHaveLength(1);
    expect(alb.lines[0]?.startsWith(`502 for PUT /app: ${why}`)).toBe(true);
    expect(alb.lines[0]).not.toMatch(/[\r\n\0]|secret/);
  });

  test('is answered with 502 when it comes too late', async () => {
    const alb = await startAlb(() => new Promise(() => {}), { timeoutMs: 1 });
    expect(await send(alb)).toMatchObject({ status: 502 });
    expect(alb.lines).toStrictEqual(['502 for GET /: the invocation failed: the handler did not settle within 1 ms']);
  });

  test('is answered with 502 when it has headers in multi-value mode', async () => {
    const alb = await startAlb(OK, { multiValueHeaders: true });
    expect(await send(alb)).toMatchObject({ status: 502 });
    expect(alb.lines).toStrictEqual(['502 for GET /: headers is present in multi-value mode']);
  });

  test('is logged with at most 200 characters of the path', async () => {
    const alb = await startAlb(null);
    await send(alb, { path: `/${'a'.repeat(300)}` });
    expect(alb.lines).toStrictEqual([`502 for GET /${'a'.repeat(199)}: the response is not a JSON object`]);
  });

  test('does not end the connection', async () => {
    const alb = await startAlb(({ path }: ALBEvent) => (path === '/' ? null : OK));
    const agent = keepAliveAgent();
    let connections = 0;
    alb.server.on('connection', () => {
      connections += 1;
    });
    expect(await send(alb, { agent })).toMatchObject({ status: 502 });
    expect(await send(alb, { agent, path: '/ok' })).toMatchObject({ status: 200 });
    expect(connections).toBe(1);
  });
});

describe('a connection', () => {
  test('is kept for 60 seconds', async () => {
    const alb = await startAlb();
    expect((await send(alb, { agent: keepAliveAgent() })).headers['keep-alive']).toBe('timeout=60');
    expect(alb.server.keepAliveTimeout).toBe(60_000);
  });

  test.each([
    ['in its headers', 'POST / HTTP/1.1\r\nHost: h\r\n', 'connection'],
    ['in its body', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc', 'request'],
    ['in its chunked body', 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc', 'request'],
    ['after CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n', 'connect'],
    ['in the body of a refused request', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\nabc', 'request'],
  ])('may break off %s without harm to others', async (_where, bytes, event) => {
    const alb = await startAlb();
    const client = open(alb);
    const accepted = once(alb.server, 'connection');
    client.write(bytes);
    const [[socket]] = await Promise.all([accepted, once(alb.server, event)]);
    client.resetAndDestroy();
    await gone(socket);
    expect(alb.events).toStrictEqual([]);
    expect(await send(alb)).toMatchObject({ status: 200 });
  });

  test('may break off while the function works, without harm to others', async () => {
    const { reached, release, pass } = gate();
    const alb = await startAlb(() => pass({ ...OK, body: 'a'.repeat(100_000) }));
    const client = open(alb);
    const accepted = once(alb.server, 'connection');
    client.write('GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n');
    const [socket] = await accepted;
    await reached;
    client.resetAndDestroy();
    await gone(socket);
    release();
    expect(await send(alb)).toMatchObject({ status: 200 });
    expect(alb.lines).toStrictEqual([]);
  });
});

describe('closing the server', () => {
  test('lets a request in flight finish and then closes its connection', async () => {
    const { reached, release, pass } = gate();
    const alb = await startAlb(() => pass(OK));
    const answer = send(alb, { agent: keepAliveAgent() });
    await reached;
    const done = closed(alb.server);
    release();
    expect(await answer).toMatchObject({ status: 200, body: 'ok', headers: { connection: 'close' } });
    await done;
  });

  test('does not wait for connections that are kept alive', async () => {
    const alb = await startAlb();
    await send(alb, { agent: keepAliveAgent() });
    await closed(alb.server);
  });

  test('does not wait for connections that never sent anything', async () => {
    const alb = await startAlb();
    open(alb);
    await once(alb.server, 'connection');
    await closed(alb.server);
  });

  test('lets a request that is arriving finish', async () => {
    const alb = await startAlb();
    const socket = open(alb).setEncoding('latin1');
    socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nab');
    await once(alb.server, 'request');
    const done = closed(alb.server);
    socket.write('cd');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n/s);
    expect(alb.events[0]?.body).toBe('abcd');
    await done;
  });

  test('lets a request whose headers are arriving finish', async () => {
    const alb = await startAlb();
    const socket = open(alb).setEncoding('latin1');
    const accepted = once(alb.server, 'connection');
    socket.write('GET / HTTP/1.1\r\nHost');
    const [server] = await accepted;
    while (server.bytesRead === 0) await new Promise(setImmediate);
    const done = closed(alb.server);
    socket.write(': h\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n/s);
    await done;
  });

  test('lets the pipelined requests in flight finish, and closes their connection with the last', async () => {
    const [first, second] = [gate(), gate()];
    const alb = await startAlb(({ path }: ALBEvent) => (path === '/1' ? first : second).pass(OK));
    const socket = open(alb).setEncoding('latin1');
    socket.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n');
    await Promise.all([first.reached, second.reached]);
    const done = closed(alb.server);
    first.release();
    await once(socket, 'readable');
    second.release();
    expect((await text(socket)).match(/^Connection: [a-z-]*/gm)).toStrictEqual([
      'Connection: keep-alive',
      'Connection: close',
    ]);
    await done;
  });

  test('lets every pipelined response through to a slow client, and does not wait for the connection after', async () => {
    const count = 40;
    const { reached, release, pass } = gate(count);
    const body = 'a'.repeat(1_000_000);
    const alb = await startAlb(() => pass({ ...OK, body }));
    const socket = open(alb).setEncoding('latin1').pause();
    const accepted = once(alb.server, 'connection');
    socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(count));
    const [server] = await accepted;
    await reached;
    release();
    // The client reads nothing, so the responses fill the socket's buffer; some of them wait in the server.
    while (!server.writableNeedDrain) await new Promise(setImmediate);
    const done = closed(alb.server);
    const answer = await text(socket);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(count);
    expect(answer.match(/a{1000000}/g)).toHaveLength(count);
    await done;
  });
});
