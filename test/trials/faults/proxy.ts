/** Stands between the SDK and a store, on sockets of its own, and does to requests what networks and services do. */
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from '../../../local/listen.ts';

/** Each is done before or after the store has done what it was asked for; `late` and `kill-late` let it do so later. */
export const FAULTS = [
  'error-before',
  'error-after',
  'reset-before',
  'reset-after',
  'hang-before',
  'hang-after',
  'hang-in-body',
  'late',
  'slow',
  'throttle',
  'truncated',
  'not-json',
  'kill-before',
  'kill-after',
  'kill-late',
] as const;
/** `drip`: an answer that goes on and on, a byte at a time. */
export type Fault = (typeof FAULTS)[number] | 'drip';

/** A request of the SDK. */
export interface StoreRequest {
  /** Who asks: the path of the endpoint that it was given. */
  readonly process: string;
  /** `PutItem` */
  readonly action: string;
  /** What it asks for, as JSON. */
  readonly body: string;
}

/** What the store said. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: string;
}

export interface FaultProxyOptions {
  /** The address of the store. */
  readonly target: string;
  /** What happens to a request; undefined: what should. */
  readonly decide: (asked: StoreRequest) => Fault | undefined;
  /** Sees each answer of the store, whether or not it is passed on. */
  readonly onAnswer?: (asked: StoreRequest, answer: StoreAnswer) => void;
  /** A process has died: nothing of it is to come any more. */
  readonly onKill?: (process: string) => void;
  /** Takes a write that has been held back on the way; calling it lets the write arrive. */
  readonly onLate?: (process: string, arrive: () => Promise<void>) => void;
  /** A request is left without an end to its answer, on this socket. */
  readonly onHeld?: (asked: StoreRequest, socket: Socket) => void;
  /** A client hung up while it was not made to wait. */
  readonly onHangUp?: (asked: StoreRequest) => void;
}

export interface FaultProxy {
  readonly origin: string;
  /** The address for a process, by which the proxy knows it. */
  readonly endpointOf: (process: string) => string;
  readonly close: () => void;
}

const TYPE = 'application/x-amz-json-1.0';
/** DynamoDB says it in each of these ways (developer guide, "Error handling with DynamoDB"). */
const THROTTLES = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'] as const;
const SLOW_MS = 5;
const DRIP_MS = 50;

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, decide, onAnswer, onKill, onLate, onHeld, onHangUp } = options;
  const agent = new Agent({ keepAlive: true });
  let throttles = 0;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await textOf(incoming);
    const process = incoming.url?.split('/')[1] ?? '';
    const action = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const asked = { process, action, body };
    const fault = decide(asked);

    const ask = async () => {
      const answer = await forward(agent, target, incoming, body);
      onAnswer?.(asked, answer);
      return answer;
    };
    const reset = () => incoming.socket.destroy();
    const say = ({ status, body: text }: StoreAnswer) => {
      // Not writable: the client hung up while the store was working.
      if (outgoing.destroyed) onHangUp?.(asked);
      outgoing.writeHead(status, { 'content-type': TYPE, 'content-length': Buffer.byteLength(text) });
      outgoing.end(text);
    };
    const fail = (status: number, name: string) =>
      say({
        status,
        body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'injected' }),
      });
    const kill = () => {
      reset();
      onKill?.(process);
    };

    switch (fault) {
      case undefined:
        return say(await ask());
      case 'error-before':
        return fail(500, 'InternalServerError');
      case 'error-after':
        await ask();
        return fail(500, 'InternalServerError');
      case 'reset-before':
        return void reset();
      case 'reset-after':
        await ask();
        return void reset();
      case 'hang-before':
        return onHeld?.(asked, incoming.socket);
      case 'hang-after':
        await ask();
        return onHeld?.(asked, incoming.socket);
      case 'hang-in-body': {
        const answer = await ask();
        outgoing.writeHead(answer.status, { 'content-type': TYPE, 'content-length': Buffer.byteLength(answer.body) });
        outgoing.write(answer.body.slice(0, 1));
        return onHeld?.(asked, incoming.socket);
      }
      case 'drip': {
        outgoing.writeHead(200, { 'content-type': TYPE, 'content-length': 1_000_000 });
        const drops = setInterval(() => outgoing.write(' '), DRIP_MS);
        outgoing.once('close', () => clearInterval(drops));
        return onHeld?.(asked, incoming.socket);
      }
      case 'late':
        return onLate?.(process, async () => void (await ask()));
      case 'slow': {
        const answer = await ask();
        return void setTimeout(() => say(answer), SLOW_MS);
      }
      case 'throttle':
        return fail(400, THROTTLES[throttles++ % THROTTLES.length] ?? THROTTLES[0]);
      case 'truncated': {
        const answer = await ask();
        outgoing.writeHead(answer.status, { 'content-type': TYPE, 'content-length': Buffer.byteLength(answer.body) });
        return void outgoing.write(answer.body.slice(0, 1), () => reset());
      }
      case 'not-json': {
        const { status, body: text } = await ask();
        return say({ status, body: text.slice(0, -1) });
      }
      case 'kill-before':
        return kill();
      case 'kill-after':
        await ask();
        return kill();
      case 'kill-late':
        onLate?.(process, async () => void (await ask()));
        return kill();
    }
  }

  const server: Server = createServer((incoming, outgoing) => {
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    // Who hung up before it had asked has asked for nothing; a store that is gone is a store that hangs up.
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 0;
  const origin = await listen(server);
  return {
    origin,
    endpointOf: (process) => `${origin}/${process}`,
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

async function forward(agent: Agent, target: string, incoming: IncomingMessage, body: string): Promise<StoreAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { ...incoming.headers, host: new URL(target).host };
  request(target, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
  const answer = await promise;
  return { status: answer.statusCode ?? 0, body: await textOf(answer) };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
