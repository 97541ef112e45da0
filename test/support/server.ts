import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps, type Deps } from '../../lambda/api/deps.ts';
import type { AccessMode, Env } from '../../lambda/api/env.ts';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import { createCloudFront } from '../../local/fronts/cloudfront.ts';
import { createFrontOf, type FrontName, randomSecret } from '../../local/fronts/fronts.ts';
import { createInvoker } from '../../local/invoker.ts';
import { listen } from '../../local/listen.ts';
import { checked } from './contract.ts';
import { type Backend, openStore } from './stores.ts';

/** What came back for a request. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request as it is: nothing of the path or the headers is made right on the way. */
export function send(origin: string, method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ hostname, port, method, path, headers: options.headers ?? {} }, async (response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
      });
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** The app behind a front, on a store with an empty table. */
export interface TestServer {
  readonly origin: string;
  readonly env: Env;
  /** What stands behind the CDN; without a CDN, the same as `origin`. */
  readonly behindCdn: string;
  readonly deps: Deps;
  readonly send: (method: string, path: string, options?: RequestOptions) => Promise<Reply>;
  /** What the app has logged. */
  readonly lines: LogLine[];
  /** What the front said of answers that it refused. */
  readonly refusals: string[];
  readonly close: () => Promise<void>;
}

/** What stands in front of the app: by default, a load balancer with multi-value headers alone. */
export interface ServerOptions {
  readonly front?: FrontName;
  /** Whether CloudFront stands before that, with a secret that the app asks for. */
  readonly cdn?: boolean;
  readonly multiValueHeaders?: boolean;
  /** Whether callers need a key. */
  readonly access?: AccessMode;
  /** How long the CDN keeps pages, in seconds. @default 0 */
  readonly cacheSeconds?: number;
  /** What is to stand in for a part of what the endpoints are given, such as the clock. */
  readonly deps?: Partial<Deps>;
}

export async function startServer(
  backend: Backend,
  {
    front: name = 'alb',
    cdn = false,
    multiValueHeaders = true,
    access = 'open',
    cacheSeconds = 0,
    deps: replaced = {},
  }: ServerOptions = {},
): Promise<TestServer> {
  const store = await openStore(backend, undefined, access);
  const secret = randomSecret();
  const lines: LogLine[] = [];
  const log = (line: LogLine) => lines.push(line);
  const deps = { ...createDeps({ ...store.env, originSecrets: cdn ? [secret] : [] }), ...replaced, log };
  const refusals: string[] = [];
  const invoke = createInvoker({ handler: checked(createApp(deps)) });
  const front = await createFrontOf(name, { invoke, log: (line) => refusals.push(line) }, multiValueHeaders);
  const behindCdn = await listen(front);
  const first = cdn
    ? createCloudFront({
        origin: behindCdn,
        secret,
        log: (line) => refusals.push(line),
        withCredentials: access === 'keys',
        cacheSeconds,
      })
    : front;
  const origin = cdn ? await listen(first) : behindCdn;
  return {
    origin,
    behindCdn,
    env: store.env,
    deps,
    lines,
    refusals,
    send: (method, path, options) => send(origin, method, path, options),
    close: async () => {
      first.close();
      front.close();
      await store.close();
    },
  };
}
