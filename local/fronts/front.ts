import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FindClient } from '../proxies.ts';
import { trustNobody } from '../proxies.ts';
import { refuse, refuseSocket, write } from './front-write.ts';
import { cut, type HeaderLine, hasOneHost, headerLines, valuesOf, withHost } from './headers.ts';

/** A request as a front received it. */
export interface FrontRequest {
  readonly method: string;
  /** The request target: path and query string, undecoded, as sent; or `*` for the server as a whole. */
  readonly target: string;
  /** For example `1.1`. */
  readonly httpVersion: string;
  /** Names and values alternating, as `node:http` gives them: one character a byte. */
  readonly rawHeaders: readonly string[];
}

/** The facts of a request that a front knows beyond its head. */
export interface Hop {
  readonly body: Buffer;
  /** The client's address. */
  readonly peer: string;
  /** How the client asked. @default http */
  readonly protocol?: 'http' | 'https';
  readonly peerPort: number;
  /** The port the front listens on. */
  readonly port: number;
  /** The current time, in milliseconds since the epoch. */
  readonly now: number;
  /** 24 random hexadecimal digits, for the ids that a front gives. */
  readonly random: string;
}

/** The response that goes to the client. */
export interface FrontResponse {
  readonly status: number;
  readonly reason: string;
  /** Without hop-by-hop headers and Content-Length, which the front sets. */
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
}

/** The model of one front: where it differs from others. */
export interface Front {
  /** The status with which it refuses a request by its head, and closes the connection, or undefined. */
  readonly refusalStatus: (request: FrontRequest) => number | undefined;
  /** The largest body; one that is larger is refused with 413. */
  readonly maxBodyBytes: number;
  /**
   * Whether it answers a request, but closes the connection after it.
   * @default - it keeps every connection that the client keeps
   */
  readonly closesAfter?: (request: FrontRequest) => boolean;
  /** What finds the client behind proxies. @default - whoever is connected is the client */
  readonly findClient?: FindClient | undefined;
  /** Receives one line for each request that it refuses by its head or for its body's size. @default - nothing is said */
  readonly log?: ((line: string) => void) | undefined;
  /** Its own answer to an error that it raises itself. */
  readonly errorResponse: (status: number) => FrontResponse;
  readonly answer: (request: FrontRequest, hop: Hop) => Promise<FrontResponse>;
}

const IDLE_TIMEOUT_MS = 60_000;
// Well above what any front allows, so that it, and not the parser, tells an overlong line from overlong headers.
const MAX_PARSED_BYTES = 256 * 1024;

/**
 * The server of a front, for one machine. Unlike a real front it speaks HTTP/1 without TLS, and refuses non-ASCII bytes
 * in the target, and methods that it does not know, as Node's parser does.
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
  const received = originForm({ method, target, httpVersion, rawHeaders });
  const refused = (status: number) => {
    front.log?.(`${status} for ${method} ${cut(received.target, '?')[0].slice(0, 200)}: refused before the function`);
    return refuse(response, status, front);
  };
  const status = front.refusalStatus(received);
  if (status !== undefined) return refused(status);
  if (Number(valuesOf(headerLines(rawHeaders), 'content-length')[0]) > front.maxBodyBytes) return refused(413);
  if (front.closesAfter?.(received)) response.shouldKeepAlive = false;
  const body = await readBody(request, front.maxBodyBytes);
  if (body === 'too large') return refused(413);
  if (body === 'gone' || peer === undefined || peerPort === undefined || port === undefined) return undefined;
  const random = randomBytes(12).toString('hex');
  const { address, protocol } = (front.findClient ?? trustNobody)(ipv4(peer), headerLines(rawHeaders));
  return front.answer(received, { body, peer: address, protocol, peerPort, port, now: Date.now(), random });
}

/**
 * A request whose target is a whole address (`GET http://host/health`), as if path and host had come apart: a server takes
 * both, and believes the target's host (RFC 9112, section 3.2.2). Of OPTIONS, an address without a path means the server as
 * a whole (section 3.2.4).
 */
export function originForm(request: FrontRequest): FrontRequest {
  const { method, target, httpVersion, rawHeaders } = request;
  const [, host, rest = ''] = /^https?:\/\/([^/?#@]+)(?=[/?]|$)(.*)$/i.exec(target) ?? [];
  // One that is at fault in its Host stays as it is, to be refused for that.
  if (host === undefined || !hasOneHost(headerLines(rawHeaders), httpVersion)) return request;
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  const whole = method === 'OPTIONS' && rest === '';
  return { ...request, target: whole ? '*' : path, rawHeaders: withHost(rawHeaders, host) };
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

/** The address of a client that reaches an IPv6 socket by IPv4. */
export function ipv4(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
