import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { createAlb } from '../../dev/alb.ts';
import { createInvoker } from '../../dev/lambda.ts';
import { createApp } from '../../lambda/app.ts';
import { createDeps, type Deps } from '../../lambda/deps.ts';
import type { Env } from '../../lambda/env.ts';
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

/** The app behind the model of the load balancer, on a store with an empty table. */
export interface TestServer {
  readonly origin: string;
  readonly env: Env;
  readonly deps: Deps;
  readonly send: (method: string, path: string, options?: RequestOptions) => Promise<Reply>;
  /** What the load balancer said of answers that it refused. */
  readonly refusals: string[];
  readonly close: () => Promise<void>;
}

/** @param replaced what is to stand in for a part of what the endpoints are given, such as the clock */
export async function startServer(
  backend: Backend,
  multiValueHeaders = true,
  replaced: Partial<Deps> = {},
): Promise<TestServer> {
  const store = await openStore(backend);
  const deps = { ...createDeps(store.env), ...replaced };
  const refusals: string[] = [];
  const alb = createAlb({
    invoke: createInvoker({ handler: checked(createApp(deps)) }),
    multiValueHeaders,
    log: (line) => refusals.push(line),
  });
  const origin = await listen(alb);
  return {
    origin,
    env: store.env,
    deps,
    refusals,
    send: (method, path, options) => send(origin, method, path, options),
    close: async () => {
      alb.close();
      await store.close();
    },
  };
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
