import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createInvoker } from '../../local/invoker.ts';
import { listen } from '../../local/listen.ts';

/** A function behind a front, whose events and log are kept. */
export interface RecordedFunction {
  readonly invoke: (payload: string) => Promise<string>;
  readonly log: (line: string) => void;
  /** The events that it got. */
  readonly events: unknown[];
  readonly lines: string[];
}

/** A function that answers with what `answer` makes of an event. */
export function recordedFunction(answer: (event: unknown) => unknown, timeoutMs?: number): RecordedFunction {
  const events: unknown[] = [];
  const lines: string[] = [];
  const handler = async (event: unknown) => {
    events.push(event);
    return answer(event);
  };
  const invoke = createInvoker({ handler, ...(timeoutMs !== undefined && { timeoutMs }) });
  return { invoke, log: (line) => lines.push(line), events, lines };
}

/** Lets a server listen for the time of a piece of work. */
export async function during<T>(server: Server, work: (origin: string) => Promise<T>): Promise<T> {
  const origin = await listen(server);
  try {
    return await work(origin);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Sends bytes as they are (one a character) and resolves to all that comes back until the server closes. */
export async function sendRaw(origin: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return text(socket.setEncoding('latin1'));
}
