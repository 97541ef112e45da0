import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { listen } from '../../../local/listen.ts';

/** AWS's own runtime client, which runs a handler inside of Lambda. */
const CLIENT = fileURLToPath(new URL('../../../node_modules/aws-lambda-ric/index.mjs', import.meta.url));
const PRELOAD = fileURLToPath(new URL('./preload.ts', import.meta.url));

/** npm leaves it out where its installation fails. */
export const hasRuntimeClient = existsSync(CLIENT);

/** The most that a function may answer (Lambda quotas: 6 MB, and 100 bytes more in the runtimes). */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/** How an invocation ended: with the function's answer, with an error that it or Lambda says, or cut off. */
export type Ending =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly type: string; readonly message: string }
  | { readonly kind: 'timeout' };

export interface Instance {
  /** Invokes the function, once the invocation before it has ended. */
  readonly invoke: (event: unknown, timeoutMs?: number) => Promise<Ending>;
  /** Resolves to what the function says if it cannot be initialised. */
  readonly initError: Promise<string>;
  readonly said: () => string;
  readonly close: () => Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly timeoutMs: number;
  readonly end: (ending: Ending) => void;
}

/** Starts an instance of a function: its bundle under AWS's runtime client, which asks a Runtime API on the loopback. */
export async function startInstance(file: string, variables: Readonly<Record<string, string>>): Promise<Instance> {
  const waiting: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let idle: ServerResponse | undefined;
  const failed = Promise.withResolvers<string>();
  const hand = () => {
    const invocation = idle && waiting.shift();
    if (!idle || !invocation) return;
    running.set(invocation.id, invocation);
    idle.writeHead(200, {
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + invocation.timeoutMs),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:rollcall:live',
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
      'content-type': 'application/json',
    });
    idle.end(invocation.event);
    idle = undefined;
    setTimeout(() => {
      if (!running.delete(invocation.id)) return;
      child.kill('SIGKILL'); // As Lambda does.
      invocation.end({ kind: 'timeout' });
    }, invocation.timeoutMs).unref();
  };
  const server = createServer(async (request, response) => {
    const [, id = '', kind = ''] = /\/runtime\/(?:invocation\/)?([^/]+)(?:\/(\w+))?$/.exec(request.url ?? '') ?? [];
    if (request.method === 'GET' && id === 'next') {
      idle = response;
      return hand();
    }
    const body = await text(request);
    const invocation = running.get(id);
    running.delete(id);
    const isTooLarge = kind === 'response' && Buffer.byteLength(body) > MAX_RESPONSE_BYTES;
    response.writeHead(isTooLarge ? 413 : 202).end();
    if (id === 'init') failed.resolve(body);
    else if (isTooLarge) invocation?.end({ kind: 'error', type: 'Function.ResponseSizeTooLarge', message: '' });
    else if (kind === 'response') invocation?.end({ kind, body });
    else {
      const { errorType, errorMessage } = JSON.parse(body);
      invocation?.end({ kind: 'error', type: errorType, message: errorMessage });
    }
  });
  const origin = await listen(server);
  const child = spawn(process.execPath, ['--import', pathToFileURL(PRELOAD).href, CLIENT], {
    env: {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      AWS_LAMBDA_RUNTIME_API: new URL(origin).host,
      AWS_LAMBDA_FUNCTION_NAME: 'rollcall',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/rollcall',
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      LAMBDA_TASK_ROOT: dirname(file),
      _HANDLER: 'handler.handler',
      ...variables,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (said += part));
  let ended = false;
  child.once('exit', () => {
    ended = true;
    for (const { end } of [...running.values(), ...waiting])
      end({ kind: 'error', type: 'Runtime.ExitError', message: said });
  });
  return {
    invoke: (event, timeoutMs = 10_000) =>
      new Promise((end) => {
        if (ended) return end({ kind: 'error', type: 'Runtime.ExitError', message: said });
        waiting.push({ id: randomUUID(), event: JSON.stringify(event), timeoutMs, end });
        hand();
      }),
    initError: failed.promise,
    said: () => said,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      server.closeAllConnections();
      server.close();
    },
  };
}
