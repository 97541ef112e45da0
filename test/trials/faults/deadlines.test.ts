import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { metricsOf } from '../../../bin/cost/log-lines.ts';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps, type Deps } from '../../../lambda/api/deps.ts';
import type { Env } from '../../../lambda/api/env.ts';
import { routes } from '../../../lambda/api/routes.ts';
import type { LogLine } from '../../../lambda/core/observe/log.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { EMBEDDED, openStore } from '../../support/stores.ts';
import { FAULTS, type Fault, type FaultProxy, startFaultProxy } from './proxy.ts';

const lines: LogLine[] = [];
afterEach(() => {
  lines.length = 0;
});

/** How long before the function's time-out a request has to end. */
const SPARE_MS = 500;
const ALL_FAULTS: readonly Fault[] = [...FAULTS, 'drip'];

interface Ended {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether it ended before a timer that was set to the last moment; on a busy machine both are late. */
  readonly inTime: boolean;
}

async function invoke(deps: Deps, timeoutMs: number, event: object): Promise<Ended> {
  const run = createInvoker({ handler: createApp({ ...deps, log: (line) => lines.push(line) }), timeoutMs });
  let inTime = true;
  const timer = setTimeout(() => {
    inTime = false;
  }, timeoutMs - SPARE_MS);
  const result = JSON.parse(await run(JSON.stringify(event)));
  clearTimeout(timer);
  return { ...result, inTime };
}

/** A request to each route, and one with a key. */
const requests = [
  ...routes.map(({ method, path }) => ({
    httpMethod: method,
    path: path.replace('{id}', '01a1fbcd-4182-7214-a884-d8dc6d8b4904').replace('{username}', 'alice'),
    headers: { 'content-type': 'application/json' },
    ...(method === 'PUT' && { body: '{"dateOfBirth":"1990-05-17"}' }),
  })),
  { httpMethod: 'POST', path: '/app', headers: { 'idempotency-key': 'abc' } },
];

describe('a request ends half a second before the function would', () => {
  let env: Env;
  let closeStore: () => Promise<void>;
  let proxy: FaultProxy;
  /** Requests that the proxy left without an answer, by who asked, and whether the client has hung up. */
  const held: { readonly process: string; readonly inTime: Promise<boolean> }[] = [];
  let processes = 0;

  beforeAll(async () => {
    ({ env, close: closeStore } = await openStore(EMBEDDED));
    proxy = await startFaultProxy({
      target: env.dynamodbEndpoint ?? '',
      decide: ({ process }) => ALL_FAULTS.find((fault) => process.startsWith(`${fault}.`)),
      onHeld: ({ process }, socket) => {
        const { promise, resolve } = Promise.withResolvers<boolean>();
        const timer = setTimeout(() => resolve(false), 1000);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve(true);
        });
        held.push({ process, inTime: promise });
      },
    });
  });
  afterAll(async () => {
    proxy.close();
    await closeStore();
  });

  /** A process whose every request to the store meets a fault. */
  function behind(fault: Fault) {
    const process = `${fault}.${processes++}`;
    const deps = createDeps({ ...env, dynamodbEndpoint: proxy.endpointOf(process) });
    return { deps, held: () => held.filter((each) => each.process === process) };
  }

  // Those that wait most of their time wait together.
  it.concurrent.each(ALL_FAULTS)('on every route, when all it gets from the store is: %s', async (fault) => {
    const { deps, held } = behind(fault);
    for (const ended of await Promise.all(requests.map((event) => invoke(deps, 1000, event)))) {
      expect(ended.inTime).toBe(true);
      if (ended.statusCode < 500) continue;
      expect(ended).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
      expect(JSON.parse(ended.body)).toMatchObject({ status: 503, title: 'Service Unavailable' });
    }
    // Nothing goes on after the answers.
    for (const { inTime } of held()) expect(await inTime).toBe(true);
  });

  it.concurrent.each([1, 2, 3])('whatever its time-out is: %i s', async (seconds) => {
    const ended = await invoke(behind('drip').deps, seconds * 1000, { httpMethod: 'GET', path: '/app' });
    expect(ended).toMatchObject({ statusCode: 503, inTime: true });
  });

  it.concurrent('and leaves nothing under way: connections that hang are given up within a second', async () => {
    const hanging = [behind('hang-before'), behind('hang-in-body')];
    const ended = await Promise.all(
      hanging.map(({ deps }) => invoke(deps, 10_000, { httpMethod: 'POST', path: '/app' })),
    );
    expect(ended.map(({ statusCode }) => statusCode)).toEqual([503, 503]);
    const all = hanging.flatMap(({ held }) => held());
    // Each attempt of both.
    expect(all).toHaveLength(6);
    for (const { process, inTime } of all) expect(await inTime, process).toBe(true);
  });

  it.concurrent('on a connection whose other end never says a word of TLS', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const deps = createDeps({ ...env, dynamodbEndpoint: `https://127.0.0.1:${address.port}` });
    expect(await invoke(deps, 2000, { httpMethod: 'GET', path: '/app/' })).toMatchObject({ statusCode: 404 });
    expect(await invoke(deps, 2000, { httpMethod: 'GET', path: '/app' })).toMatchObject({
      statusCode: 503,
      inTime: true,
    });
    silent.close();
  });

  it('when something else than the store never ends', async () => {
    const { deps } = behind('slow');
    const stuck = { ...deps, timestamps: { ...deps.timestamps, list: () => new Promise<never>(() => {}) } };
    const ended = await invoke(stuck, 1000, { httpMethod: 'GET', path: '/app' });
    expect(ended).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' }, inTime: true });
    expect(JSON.parse(ended.body).detail).toBe('The answer took too long; try again.');
    expect(failures()).toEqual({ logged: ['DeadlineExceeded'], counted: ['DeadlineExceeded', 'Failed'] });
  });

  /** How the log and the metrics name what failed. */
  function failures() {
    const metrics = metricsOf(lines.map((line) => JSON.stringify(line)));
    return {
      logged: lines.filter(({ level }) => level === 'ERROR').map(({ failure }) => failure),
      counted: [...new Set(metrics.map((metric) => JSON.parse(metric)[1]))],
    };
  }

  it.each<[Fault, number, string, string]>([
    ['throttle', 1000, 'StoreThrottled', 'The store is asked for more than it takes at the moment; try again.'],
    ['throttle', 10_000, 'StoreThrottled', 'The store is asked for more than it takes at the moment; try again.'],
    ['error-before', 10_000, 'StoreFailed', 'The store does not answer at the moment; try again.'],
    ['hang-before', 1000, 'StoreFailed', 'The store does not answer at the moment; try again.'],
    ['not-json', 10_000, 'StoreFailed', 'The store does not answer at the moment; try again.'],
  ])('and tells throttling from failure: %s in %i ms', async (fault, timeoutMs, failure, detail) => {
    const ended = await invoke(behind(fault).deps, timeoutMs, { httpMethod: 'POST', path: '/app' });
    expect(ended).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' }, inTime: true });
    expect(JSON.parse(ended.body).detail).toBe(detail);
    expect(failures()).toEqual({ logged: [failure], counted: [failure, 'Failed'] });
  });
});
