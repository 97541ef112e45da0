/** How the server of a front writes answers and refusals. */
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Front, FrontResponse } from './front.ts';

/** How long a refused client may go on sending before its connection is cut; what it sends is thrown away. */
const LINGER_MS = 2_000;

/** Writes the response. One with a body is left open, for `flushed` to end once the body has left (or the client has). */
export function write(
  response: ServerResponse,
  { status, reason, headers, body }: FrontResponse,
  flushed: () => void,
): void {
  const bodiless = status === 204 || status === 304;
  const head = response.req.method === 'HEAD';
  // A HEAD without a body says nothing about the length that GET would have.
  const length = bodiless || (head && body.length === 0) ? [] : ['Content-Length', String(body.length)];
  response.writeHead(status, reason, [...headers.flat(), ...length]);
  if (bodiless || head || body.length === 0) response.end();
  else response.write(body, flushed);
}

/** Refuses a request, whose connection ends with that. */
export function refuse(response: ServerResponse, status: number, { errorResponse }: Front): undefined {
  // One request can be at fault twice: a body over the limit may turn out to be malformed as well.
  if (response.headersSent) return;
  response.shouldKeepAlive = false;
  const { socket } = response.req;
  write(response, errorResponse(status), () => lingeringClose(socket));
  response.req.resume();
}

const refusedSockets = new WeakSet<Duplex>();

/** Refuses what never became a request, after the answers to the requests before it. */
export function refuseSocket(socket: Duplex, newest: ServerResponse | undefined, status: number, front: Front): void {
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
