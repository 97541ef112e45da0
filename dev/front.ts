import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type HeaderLine, headerLines, valuesOf } from './headers.ts';

/** A request as a front received it. */
export interface FrontRequest {
  readonly method: string;
  /** The request target as sent: path and query string, undecoded. */
  readonly target: string;
  /** For example `1.1`. */
  readonly httpVersion: string;
  /** Names and values alternating, as `node:http` gives them: one character a byte. */
  readonly rawHeaders: readonly string[];
}

/** What a front knows of a request beyond its head. */
export interface Hop {
  readonly body: Buffer;
  /** The client's address. */
  readonly peer: string;
  readonly peerPort: number;
  /** The port the front listens on. */
  readonly port: number;
  /** The current time, in milliseconds since the epoch. */
  readonly now: number;
  /** 24 random hexadecimal digits, for the ids that a front gives. */
  readonly random: string;
}

/** What goes to the client. */
export interface FrontResponse {
  readonly status: number;
  readonly reason: string;
  /** Without hop-by-hop headers and Content-Length, which the front sets. */
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
}

/** What one front does otherwise than others. */
export interface Front {
  /** The status with which it refuses a request by its head, and closes the connection, or undefined. */
  readonly refusalStatus: (request: FrontRequest) => number | undefined;
  /** The largest body; one that is larger is refused with 413. */
  readonly maxBodyBytes: number;
  /** Its own answer to an error that it raises itself. */
  readonly errorResponse: (status: number) => FrontResponse;
  readonly answer: (request: FrontRequest, hop: Hop) => Promise<FrontResponse>;
}

const IDLE_TIMEOUT_MS = 60_000;
/** How long a refused client may go on sending before its connection is cut; what it sends is thrown away. */
const LINGER_MS = 2_000;
// Well above what any front allows, so that it, and not the parser, tells an overlong line from overlong headers.
const MAX_PARSED_BYTES = 256 * 1024;

/**
 * The server of a front, for one machine. Unlike a real front it speaks HTTP/1 without TLS, and refuses non-ASCII bytes in
 * the target, and methods that it does not know, as Node's parser does.
 *
 * `close()` lets requests in flight finish and ends idle connections.
 *
 * @returns a server that does not listen yet.
 */
export function createFront(front: Front): Server {
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
      void serve(request, response, front).then((answer) => {
        if (!answer) return;
        // Only the last of several pipelined responses may close the connection.
        if (!server.listening && newest.get(socket) === response) response.shouldKeepAlive = false;
        // Ended only when flushed: server.close() destroys connections whose response has ended, flushed or not.
        write(response, answer, () => response.end());
      });
    },
  );
  // By default Node drops headers past a certain number without a word. The limits of fronts are on bytes, in refusalStatus.
  server.maxHeadersCount = 0;

  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseSocket(socket, newest.get(socket), error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400, front);
  });
  server.on('connect', (_request, socket) => refuseSocket(socket, newest.get(socket), 400, front));

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
  front: Front,
): Promise<FrontResponse | undefined> {
  const { method = '', url: target = '', httpVersion, rawHeaders, socket } = request;
  const { remoteAddress: peer, remotePort: peerPort, localPort: port } = socket;
  const received = { method, target, httpVersion, rawHeaders };
  const status = front.refusalStatus(received);
  if (status !== undefined) return refuse(response, status, front);
  if (Number(valuesOf(headerLines(rawHeaders), 'content-length')[0]) > front.maxBodyBytes) {
    return refuse(response, 413, front);
  }
  const body = await readBody(request, front.maxBodyBytes);
  if (body === 'too large') return refuse(response, 413, front);
  if (body === 'gone' || peer === undefined || peerPort === undefined || port === undefined) return undefined;
  const random = randomBytes(12).toString('hex');
  return front.answer(received, { body, peer: ipv4(peer), peerPort, port, now: Date.now(), random });
}

/** The body, `too large` as soon as it exceeds the limit (nothing is kept then), or `gone` when the client left. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) {
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
function write(response: ServerResponse, { status, reason, headers, body }: FrontResponse, flushed: () => void): void {
  const bodiless = status === 204 || status === 304;
  const head = response.req.method === 'HEAD';
  // A HEAD without a body says nothing about the length that GET would have.
  const length = bodiless || (head && body.length === 0) ? [] : ['Content-Length', String(body.length)];
  response.writeHead(status, reason, [...headers.flat(), ...length]);
  if (bodiless || head || body.length === 0) response.end();
  else response.write(body, flushed);
}

function refuse(response: ServerResponse, status: number, { errorResponse }: Front): undefined {
  // One request can be at fault twice: a body over the limit may turn out to be malformed as well.
  if (response.headersSent) return;
  response.shouldKeepAlive = false;
  const { socket } = response.req;
  write(response, errorResponse(status), () => lingeringClose(socket));
  response.req.resume();
}

const refusedSockets = new WeakSet<Duplex>();

/** Refuses what never became a request, after the answers to the requests before it. */
function refuseSocket(socket: Duplex, newest: ServerResponse | undefined, status: number, front: Front): void {
  // The parser reports again for everything that still arrives; once is enough.
  if (refusedSockets.has(socket)) return;
  refusedSockets.add(socket);
  // After CONNECT, Node leaves the socket's errors to us.
  socket.on('error', () => socket.destroy());
  if (newest && !newest.req.complete) {
    // The fault lies in the body of that request.
    refuse(newest, status, front);
  } else if (newest && !newest.writableFinished) {
    newest.once('close', () => writePage(socket, front.errorResponse(status)));
  } else {
    writePage(socket, front.errorResponse(status));
  }
}

function writePage(socket: Duplex, { status, reason, headers, body }: FrontResponse): void {
  // The request before may have asked for the connection to be closed.
  if (!socket.writable) return;
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

/** The address of a client that reaches an IPv6 socket by IPv4. */
export function ipv4(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
