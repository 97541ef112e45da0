import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { useLocalCredentials } from '../../dev/aws-credentials.ts';
import { createCloudFront } from '../../dev/cloudfront.ts';
import { createFrontOf, randomSecret } from '../../dev/fronts.ts';
import { createInvoker } from '../../dev/lambda.ts';
import { createTables } from '../../dev/tables.ts';
import { ENV, parseEnv } from '../../lambda/env.ts';
import type { StageConfig } from '../../lib/config.ts';
import { type Line, linesOf } from './log-lines.ts';
import type { Charged } from './store-worker.ts';

/** What is asked of the stage. */
export interface Kind {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const KINDS = {
  post: { method: 'POST', path: '/app', headers: {} },
  postWithSource: { method: 'POST', path: '/app?source=nightly-backup', headers: {} },
  get: { method: 'GET', path: '/app', headers: { accept: 'application/json' } },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** What one request takes. */
export interface Measured extends Readonly<Charged> {
  /** With the headers, as a client like curl sends and gets them. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Processor time of the function, on this machine. */
  readonly cpuMs: number;
  /** What the function logs. */
  readonly lines: readonly Line[];
}

/** A page has 100 records at most, if nobody asks for more. */
const RECORDS = 100;
/** The function is compiled while it runs: it takes as long as the ones before are not counted. */
const WARM_UP = 300;
const RUNS = 300;

/** Runs the bundle that is deployed, with the stage's values, behind models of what stands before it. */
export async function measure(
  file: string,
  { front, cdn, shards, timestampRetentionDays }: StageConfig,
): Promise<Readonly<Record<KindName, Measured>>> {
  const store = new Worker(new URL('./store-worker.ts', import.meta.url));
  const servers: Server[] = [];
  try {
    const [endpoint] = await once(store, 'message');
    const secret = randomSecret();
    useLocalCredentials();
    Object.assign(process.env, {
      [ENV.region]: 'us-east-1',
      [ENV.timestampsTable]: 'Timestamps',
      [ENV.peopleTable]: 'People',
      [ENV.dynamodbEndpoint]: endpoint,
      [ENV.shards]: String(shards),
      ...(timestampRetentionDays && { [ENV.retentionDays]: String(timestampRetentionDays) }),
      ...(cdn && { [ENV.originSecrets]: secret }),
    });
    await createTables(parseEnv(process.env));
    const { handler } = await import(`${file}?secret=${secret}`);
    const invoke = createInvoker({ handler });
    let event = '';
    const keep = (payload: string) => {
      event = payload;
      return invoke(payload);
    };
    const inner = await createFrontOf(front, { invoke: keep, log: (line) => console.error(line) });
    servers.push(inner);
    let origin = await listen(inner);
    if (cdn) {
      const outer = createCloudFront({ origin, secret });
      servers.push(outer);
      origin = await listen(outer);
    }
    const charge = async (): Promise<Charged> => {
      const counted = once(store, 'message');
      store.postMessage('count');
      const [charged] = await counted;
      return charged;
    };
    const one = async (kind: Kind): Promise<Measured> => {
      const first = await linesOf(() => send(origin, kind)); // The cold start.
      await charge();
      let bytes = { requestBytes: 0, responseBytes: 0 };
      const lines = await linesOf(async () => {
        bytes = await send(origin, kind);
      });
      if (first.length === 0) throw new Error(`${kind.method} ${kind.path} has logged nothing`);
      const charged = await charge();
      return { ...bytes, ...charged, lines, cpuMs: await cpuOf(() => invoke(event)) };
    };
    await linesOf(async () => {
      for (let record = 0; record < RECORDS; record++) await send(origin, KINDS.post);
    });
    // The page first: what the others record makes it no longer, as it is full.
    return { get: await one(KINDS.get), post: await one(KINDS.post), postWithSource: await one(KINDS.postWithSource) };
  } finally {
    for (const server of servers) server.close();
    await store.terminate();
  }
}

/** Milliseconds that one run keeps this thread's processor busy, in the mean; waiting does not count. */
async function cpuOf(run: () => Promise<unknown>): Promise<number> {
  let before = process.threadCpuUsage();
  await linesOf(async () => {
    for (let i = 0; i < WARM_UP; i++) await run();
    before = process.threadCpuUsage();
    for (let i = 0; i < RUNS; i++) await run();
  });
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / RUNS;
}

async function send(origin: string, { method, path, headers }: Kind) {
  const { hostname, port } = new URL(origin);
  const sent = { host: 'd111111abcdef8.cloudfront.net', 'user-agent': 'curl/8.14.1', accept: '*/*', ...headers };
  const outgoing = httpRequest({ hostname, port, method, path, headers: sent, agent: false });
  outgoing.end();
  const [response] = await once(outgoing, 'response');
  const body = await buffer(response);
  if (response.statusCode >= 300) throw new Error(`${method} ${path} was answered ${response.statusCode}: ${body}`);
  const { statusCode, statusMessage, rawHeaders } = response;
  const head = (line: string, fields: readonly string[]) =>
    `${line}\r\n${fields.map((field, i) => field + (i % 2 ? '\r\n' : ': ')).join('')}\r\n`.length;
  return {
    requestBytes: head(`${method} ${path} HTTP/1.1`, Object.entries(sent).flat()),
    responseBytes: head(`HTTP/1.1 ${statusCode} ${statusMessage}`, rawHeaders) + body.length,
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
