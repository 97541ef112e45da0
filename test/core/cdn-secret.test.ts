import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import { ENV } from '../../lambda/api/env.ts';
import { routes } from '../../lambda/api/routes.ts';
import { createSecretCheck } from '../../lambda/core/cdn-secret.ts';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import { FRONTS, randomSecret } from '../../local/fronts/fronts.ts';
import { createInvoker } from '../../local/invoker.ts';
import { eventsOf } from '../support/events.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED, unreachableEnv } from '../support/stores.ts';

const crypto = vi.hoisted(() => ({ compared: 0 }));
vi.mock('node:crypto', async (load) => {
  const real = await load<typeof import('node:crypto')>();
  const timingSafeEqual: typeof real.timingSafeEqual = (one, other) => {
    crypto.compared++;
    return real.timingSafeEqual(one, other);
  };
  return { ...real, timingSafeEqual };
});

const lines: LogLine[] = [];
afterEach(() => {
  lines.length = 0;
});

const [old, fresh] = [randomSecret(), randomSecret()];

describe('the secret of the CDN', () => {
  const deps = createDeps(
    unreachableEnv({ [ENV.corsOrigins]: 'https://app.example.com', [ENV.originSecrets]: `${old},${fresh}` }),
  );
  const timestamps = { ...deps.timestamps, list: () => Promise.reject(new Error('broken')) };
  const invoke = createInvoker({ handler: createApp({ ...deps, timestamps, log: (line) => lines.push(line) }) });

  async function statuses(path: string, headers: Readonly<Record<string, string>>, method = 'GET') {
    const answers = Object.values(eventsOf({ method, path, headers })).map((event) => invoke(JSON.stringify(event)));
    const texts = await Promise.all(answers);
    const said = [...texts, JSON.stringify(lines)].join();
    const secrets = [old, fresh, ...Object.values(headers)].filter((secret) => secret !== '');
    for (const secret of secrets) expect(said).not.toContain(secret);
    return [...new Set(texts.map((text): unknown => JSON.parse(text).statusCode))];
  }

  it('is the old or the new one while they are exchanged, in every event, and is neither logged nor told', async () => {
    for (const secret of [old, fresh]) {
      expect(await statuses('/health', { 'x-origin-secret': secret })).toEqual([200]);
      expect(await statuses('/app/x', { 'x-origin-secret': secret })).toEqual([404]);
      expect(await statuses('/app', { 'x-origin-secret': secret })).toEqual([500]);
    }
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['none', {}],
    ['an empty one', { 'x-origin-secret': '' }],
    ['another one', { 'x-origin-secret': randomSecret() }],
    ['a part of it', { 'x-origin-secret': old.slice(0, -1) }],
    ['more than it', { 'x-origin-secret': `${old} ` }],
    ['both at once', { 'x-origin-secret': `${old},${fresh}` }],
    ['it under another name', { 'x-origin-secrets': old }],
  ])('must be there: with %s every address, and what is none, is refused', async (_, sent) => {
    for (const path of ['/health', '/ready', '/', '/app', '/app/x', '/hello/alice', '/nothing', '', '/%']) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'BREW']) {
        expect(await statuses(path, sent, method), `${method} ${path}`).toEqual([403]);
      }
    }
  });

  it('is compared with each one there is, whichever it is', () => {
    const check = createSecretCheck([old, fresh]);
    for (const [sent, good] of [
      [old, true],
      [fresh, true],
      ['guess', false],
      [undefined, false],
    ] as const) {
      crypto.compared = 0;
      expect(check(sent)).toBe(good);
      expect(crypto.compared).toBe(2);
    }
  });

  it('is none when there are none', () => {
    expect(createSecretCheck([])('')).toBe(false);
    expect(createSecretCheck([])(undefined)).toBe(false);
  });
});

describe.each(FRONTS)('behind CloudFront, the %s', (front) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { front, cdn: true });
  });
  afterAll(() => server.close());

  it('answers nobody but CloudFront, with a problem that says so', async () => {
    const { hostname, port } = new URL(server.behindCdn);
    const direct = await fetch(`http://${hostname}:${port}/health`, { headers: { 'x-origin-secret': 'guess' } });
    expect([direct.status, direct.headers.get('content-type')]).toEqual([403, 'application/problem+json']);
    expect(await direct.json()).toMatchObject({ status: 403, detail: 'This is answered by way of its CDN only.' });
    for (const path of new Set(routes.map((route) => route.path.replaceAll(/\{.*?\}/g, 'x')))) {
      expect((await fetch(`http://${hostname}:${port}${path}`)).status).toBe(403);
    }
    expect((await server.send('GET', '/health', { headers: { 'x-origin-secret': 'guess' } })).status).toBe(200);
  });
});
