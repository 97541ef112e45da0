import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buildEvent, MAX_BODY_BYTES, refusalStatus } from './alb-event.ts';
import { type AlbResponse, errorResponse, readResult } from './alb-response.ts';

export interface AlbOptions {
  /** Invokes the function: from the event's JSON text to the result's. A rejection is answered with 502. */
  readonly invoke: (payload: string) => Promise<string>;
  /** The target group's attribute `lambda.multi_value_headers.enabled`. */
  readonly multiValueHeaders: boolean;
  /** Receives one line for each 502: the method, the path and why. */
  readonly log: (line: string) => void;
}

const IDLE_TIMEOUT_MS = 60_000;
/** How long a refused client may go on sending before its connection is cut; what it sends is thrown away. */
const LINGER_MS = 2_000;
// Well above what refusalStatus allows, so that it, and not the parser, tells an overlong line from overlong headers.
const MAX_PARSED_BYTES = 256 * 1024;

/**
 * A strict model of an Application Load Balancer in front of a Lambda target, for one machine. It refuses what a real
 * one refuses (400, 405, 413, 414, 463) and answers 502 to a result a real one would not take. Unlike a real one it
 * speaks HTTP/1 without TLS, has no health checks, and refuses non-ASCII bytes in the target, and methods
 * that it does not know, as Node's parser does.
 *
 * `close()` lets requests in flight finish and ends idle connections.
 *
 * @returns a server that does not listen yet.
 */
export function createAlb(options: AlbOptions): Server {
  /** The newest response of each connection: responses leave in the order in which their requests came. */
  const newest = new WeakMap<Duplex, ServerResponse>();
  const untouched = new Set<Socket>();
  const server = createServer(
    // The check for Host is ours, because Node's own answer to its absence has no page.
    { keepAliveTimeout: IDLE_TIMEOUT_MS, maxHeaderSize: MAX_PARSED_BYTES, requireHostHeader: false },
    (request, response) => {
      const { socket } = request;
      // After a refusal, or "Connection: close", nothing more on this connection is a request.
      if (newest.get(socket)?.shouldKeepAlive === false) return;
      newest.set(socket, response);
      response.once('close', () => {
        if (!server.listening) server.closeIdleConnections();
      });
      void serve(request, response, options).then((answer) => {
        if (!answer) return;
        // Only the last of several pipelined responses may close the connection.
        if (!server.listening && newest.get(socket) === response) response.shouldKeepAlive = false;
        // Ended only when flushed: server.close() destroys connections whose response has ended, flushed or not.
        write(response, answer, () => response.end());
      });
    },
  );
  // By default Node drops headers past a certain number without a word. The limit here is on bytes, in refusalStatus.
  server.maxHeadersCount = 0;

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseSocket(socket, newest.get(socket), error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400);
  });
  server.on('connect', (_request, socket) => refuseSocket(socket, newest.get(socket), 400));

  // Browsers open connections ahead of need. Node does not count one as idle before its first request, and would wait.
  server.on('connection', (socket) => {
    untouched.add(socket);
    socket.once('close', () => untouched.delete(socket));
  });
  server.on('request', ({ socket }) => untouched.delete(socket));
  const close = server.close.bind(server);
  server.close = (callback) => {
    for (const socket of untouched) if (socket.bytesRead === 0) socket.destroy();
    return close(callback);
  };
  return server;
}

/** Resolves to the answer, or to undefined when the request has been refused or its client has gone. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { invoke, multiValueHeaders, log }: AlbOptions,
): Promise<AlbResponse | undefined> {
  const { method = '', url: target = '', httpVersion, rawHeaders, socket } = request;
  const { remoteAddress: peer, localPort: port } = socket;
  const albRequest = { method, target, httpVersion, rawHeaders };
  const status = refusalStatus(albRequest);
  if (status !== undefined) return refuse(response, status);
  const body = await readBody(request);
  if (body === 'too large') return refuse(response, 413);
  if (body === 'gone' || peer === undefined || port === undefined) return undefined;

  const hop = { body, peer, port, now: Date.now(), random: randomBytes(12).toString('hex') };
  const event = buildEvent(albRequest, hop, multiValueHeaders);
  const result = await invoke(JSON.stringify(event))
    .then((json) => readResult(json, multiValueHeaders))
    .catch((error: unknown) => ({
      refusal: `the invocation failed: ${error instanceof Error ? error.message : error}`,
    }));
  if (!('refusal' in result)) return result;
  // One line, whatever the error's message holds.
  const why = result.refusal.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 500);
  log(`502 for ${method} ${event.path.slice(0, 200)}: ${why}`);
  return errorResponse(502);
}

/** The body, `too large` as soon as it exceeds the limit (nothing is kept then), or `gone` when the client left. */
function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      resolve('too large');
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => resolve('gone'));
  });
}

/** Writes the response. One with a body is left open, for `flushed` to end once the body has left (or the client has). */
function write(response: ServerResponse, { status, reason, headers, body }: AlbResponse, flushed: () => void): void {
  const bodiless = status === 204 || status === 304;
  const head = response.req.method === 'HEAD';
  // A HEAD without a body says nothing about the length that GET would have.
  const length = bodiless || (head && body.length === 0) ? [] : ['Content-Length', String(body.length)];
  response.writeHead(status, reason, [...headers.flat(), ...length]);
  if (bodiless || head || body.length === 0) response.end();
  else response.write(body, flushed);
}

function refuse(response: ServerResponse, status: number): undefined {
  // One request can be at fault twice: a body over the limit may turn out to be malformed as well.
  if (response.headersSent) return;
  response.shouldKeepAlive = false;
  const { socket } = response.req;
  write(response, errorResponse(status), () => lingeringClose(socket));
  response.req.resume();
}

const refusedSockets = new WeakSet<Duplex>();

/** Refuses what never became a request, after the answers to the requests before it. */
function refuseSocket(socket: Duplex, newest: ServerResponse | undefined, status: number): void {
  // The parser reports again for everything that still arrives; once is enough.
  if (refusedSockets.has(socket)) return;
  refusedSockets.add(socket);
  // After CONNECT, Node leaves the socket's errors to us.
  socket.on('error', () => socket.destroy());
  if (newest && !newest.req.complete) {
    // The fault lies in the body of that request.
    refuse(newest, status);
  } else if (newest && !newest.writableFinished) {
    newest.once('close', () => writePage(socket, status));
  } else {
    writePage(socket, status);
  }
}

function writePage(socket: Duplex, status: number): void {
  // The request before may have asked for the connection to be closed.
  if (!socket.writable) return;
  const { reason, headers, body } = errorResponse(status);
  const lines = [
    ...headers,
    ['Date', new Date().toUTCString()],
    ['Content-Length', body.length],
    ['Connection', 'close'],
  ];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`HTTP/1.1 ${status} ${reason}\r\n${head}\r\n${body}`);
  lingeringClose(socket);
}

/**
 * Closes our side now and the connection once the client closes its own. To close both at once, while the client
 * still sends, would reset the connection and could take the answer with it (RFC 9112, section 9.6).
 */
function lingeringClose(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  socket.end();
}
