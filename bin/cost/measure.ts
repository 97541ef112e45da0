import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ENV, parseEnv } from '../../lambda/api/env.ts';
import type { StageConfig } from '../../lib/config/read-stage.ts';
import { createTables, LOCAL_TABLES } from '../../local/dynamo/create-tables.ts';
import { forgetAws } from '../../local/forget-aws.ts';
import { createCloudFront } from '../../local/fronts/cloudfront.ts';
import { createFrontOf, randomSecret } from '../../local/fronts/fronts.ts';
import { createInvoker } from '../../local/invoker.ts';
import { listen } from '../../local/listen.ts';
import { fillTable } from './fill.ts';
import { type Line, linesOf } from './log-lines.ts';
import type { Charged } from './store-worker.ts';

/** A kind of request to the stage. */
export interface Kind {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type KindName = 'post' | 'postWithSource' | 'get' | 'dearestGet';

/** @param firstShort of a table that fillTable() has filled */
function kindsOf(firstShort: string): Readonly<Record<KindName, Kind>> {
  const json = { accept: 'application/json' };
  return {
    // Pages first: what is posted is read, too.
    get: { method: 'GET', path: '/app', headers: json },
    dearestGet: { method: 'GET', path: `/app?limit=1000&before=${firstShort}`, headers: json },
    post: { method: 'POST', path: '/app', headers: {} },
    postWithSource: { method: 'POST', path: '/app?source=nightly-backup', headers: {} },
  };
}

/** The resources that one request takes. */
export interface Measured extends Readonly<Charged> {
  /** With the headers, as a client like curl sends and gets them. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Processor time of the function, on this machine. */
  readonly cpuMs: number;
  /** The lines that the function logs. */
  readonly lines: readonly Line[];
}

/** The dearest page is measured this much less often: it takes that much longer. */
const DEAREST_RUNS = 0.1;

/**
 * Runs the bundle that is deployed, with the stage's values, behind models of what stands before it.
 *
 * @param file the bundle
 * @param runs of how many requests the processor time is the mean; before them as many run while Node still compiles
 */
export async function measure(
  file: string,
  config: StageConfig,
  runs = 300,
): Promise<Readonly<Record<KindName, Measured>>> {
  const stage = await startStage(file, config);
  const one = async (kind: Kind, share = 1): Promise<Measured> => {
    await stage.charged();
    let bytes = { requestBytes: 0, responseBytes: 0 };
    const lines = await linesOf(async () => {
      bytes = await send(stage.origin, kind);
    });
    const charged = await stage.charged();
    return { ...bytes, ...charged, lines, cpuMs: await cpuOf(stage.again, Math.ceil(share * runs)) };
  };
  try {
    const { get, dearestGet, post, postWithSource } = kindsOf(stage.firstShort);
    // What starts the function cold is not counted, and neither is what the first page asks.
    await linesOf(() => send(stage.origin, get));
    return {
      get: await one(get),
      dearestGet: await one(dearestGet, DEAREST_RUNS),
      post: await one(post),
      postWithSource: await one(postWithSource),
    };
  } finally {
    await stage.close();
  }
}

/** A stage on this machine. */
interface LocalStage {
  /** The id of the oldest of the short records. */
  readonly firstShort: string;
  readonly origin: string;
  /** Invokes the function once more with the last event, past what stands before it. */
  readonly again: () => Promise<unknown>;
  /** The units that DynamoDB would charge for since this was called last. */
  readonly charged: () => Promise<Charged>;
  readonly close: () => Promise<void>;
}

async function startStage(file: string, config: StageConfig): Promise<LocalStage> {
  const { front, cdn, shards, readShards, timestampRetentionDays: days } = config;
  const store = new Worker(new URL('./store-worker.ts', import.meta.url));
  const [{ counting: endpoint }] = await once(store, 'message');
  const secret = randomSecret();
  forgetAws();
  Object.assign(process.env, {
    [ENV.region]: 'us-east-1',
    ...LOCAL_TABLES,
    [ENV.dynamodbEndpoint]: endpoint,
    [ENV.stage]: config.stage,
    [ENV.shards]: String(shards),
    ...(readShards && { [ENV.readShards]: String(readShards) }),
    ...(days && { [ENV.retentionDays]: String(days) }),
    ...(cdn && { [ENV.originSecrets]: secret }),
  });
  const env = parseEnv(process.env);
  await createTables(env);
  const firstShort = await fillTable(env);
  const { handler } = await import(pathToFileURL(file).href);
  const invoke = createInvoker({ handler });
  let event = '';
  const keep = (payload: string) => {
    event = payload;
    return invoke(payload);
  };
  const inner = await createFrontOf(front, { invoke: keep, log: console.error });
  const behind = await listen(inner);
  const outer = cdn ? createCloudFront({ origin: behind, secret }) : undefined;
  return {
    firstShort,
    origin: outer ? await listen(outer) : behind,
    again: () => invoke(event),
    charged: async () => {
      const counted = once(store, 'message');
      store.postMessage('count');
      const [charged] = await counted;
      return charged;
    },
    close: async () => {
      outer?.close();
      inner.close();
      await store.terminate();
    },
  };
}

/** Milliseconds that one run keeps this thread's processor busy, in the mean; waiting does not count. */
async function cpuOf(run: () => Promise<unknown>, runs: number): Promise<number> {
  let before = process.threadCpuUsage();
  await linesOf(async () => {
    for (let i = 0; i < runs; i++) await run();
    before = process.threadCpuUsage();
    for (let i = 0; i < runs; i++) await run();
  });
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / runs;
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
