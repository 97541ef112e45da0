import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeyTable } from '../../../bin/keys/key-table.ts';
import cdkJson from '../../../cdk.json' with { type: 'json' };
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps } from '../../../lambda/api/deps.ts';
import { defineEndpoint } from '../../../lambda/api/http/endpoint.ts';
import { respondEmpty } from '../../../lambda/api/http/response.ts';
import { routes } from '../../../lambda/api/routes.ts';
import { CHECK_MEMBER } from '../../../lambda/core/access/deployment-check.ts';
import { createKey } from '../../../lambda/core/access/key.ts';
import { createKeyRing } from '../../../lambda/core/access/key-ring.ts';
import { createKeyReader } from '../../../lambda/core/access/key-store.ts';
import { SESSION_SECONDS, sealSession } from '../../../lambda/core/access/session.ts';
import { CACHED_PATHS } from '../../../lambda/core/cdn-policy.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import type { LogLine } from '../../../lambda/core/observe/log.ts';
import { FRONTS } from '../../../local/fronts/fronts.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { bearer, createTestGate } from '../../support/keys.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED, NOWHERE, openStore, unreachableEnv } from '../../support/stores.ts';

/** The whole of what answers without a key. Whoever adds a line here opens something to everybody. */
const OPEN = [
  'GET /',
  'GET /sign-in',
  'POST /sign-in',
  'POST /sign-out',
  'GET /docs',
  'GET /assets/{name}',
  'GET /health',
  'GET /ready',
  'GET /openapi.json',
];

const CLOSED = routes.filter(({ endpoint }) => endpoint.access !== 'open');
const addressOf = (path: string) =>
  path
    .replace('{name}', 'style.0123456789.css')
    .replace('{username}', 'alice')
    .replace(/\{id\}/, 'x');
const fronts = FRONTS.flatMap((front) => [false, true].map((cdn) => ({ front, cdn })));

it('what is open is what the routes say', () => {
  const open = routes.filter(({ endpoint }) => endpoint.access === 'open');
  expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(OPEN.toSorted());
});

it('an endpoint that does not say who may use it does not compile', () => {
  const handle = () => respondEmpty(204);
  // @ts-expect-error -- no access
  const endpoint = defineEndpoint({ operationId: 'x', operation: undefined, handle });
  expect(endpoint.access).toBeUndefined();
});

describe.each(Object.entries(cdkJson.context.stages))('the stage %s', (name, stage) => {
  const { access = 'open' } = { access: undefined, ...stage };

  it('is closed where it is meant to last, and open where it is tried out', () => {
    expect(access).toBe(name === 'prod' || name === 'staging' ? 'keys' : 'open');
  });

  it('lets in without a credential what the routes open, and nothing else', async () => {
    const tables = { KEYS_TABLE: 'Keys', ACCESS: access };
    const app = createApp({ ...createDeps(unreachableEnv(tables)), log: () => {} });
    const invoke = createInvoker({ handler: app });
    for (const { method, path, endpoint } of routes) {
      const event = { httpMethod: method, path: addressOf(path), headers: {}, queryStringParameters: { unknown: '1' } };
      const { statusCode } = JSON.parse(await invoke(JSON.stringify(event)));
      const isClosed = access === 'keys' && endpoint.access !== 'open';
      expect(statusCode === 401, `${method} ${path}`).toBe(isClosed);
    }
  });
});

describe.each(fronts)('behind $front, CloudFront before it: $cdn', ({ front, cdn }) => {
  const gate = createTestGate(() => 1_000_000);
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { front, cdn, access: 'keys', deps: { gate } });
    key = gate.add();
  });
  afterAll(() => server.close());

  const headers = { accept: 'application/json' };
  const post = (more: Record<string, string>) => server.send('POST', '/app', { headers: { ...headers, ...more } });
  const detailOf = (text: string) => JSON.parse(text).detail;

  it('nothing that is not open answers without a key, by whatever method', async () => {
    for (const { method, path, endpoint } of routes) {
      for (const asked of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
        const reply = await server.send(asked, addressOf(path), { headers });
        const isRefused = endpoint.access !== 'open';
        expect(reply.status === 401, `${asked} ${path}`).toBe(isRefused);
        const challenge = 'Bearer realm="rollcall", Basic realm="rollcall", charset="UTF-8"';
        expect(reply.headers['www-authenticate']).toBe(isRefused ? challenge : undefined);
        expect(reply.headers['cache-control']).toEqual(isRefused ? 'no-store' : expect.anything());
      }
      expect((await server.send('OPTIONS', addressOf(path))).status).toBe(204);
    }
    expect(CLOSED.length).toBeGreaterThan(4);
  });

  it('says how to get in, to programs, people and browsers', async () => {
    expect(detailOf((await post({})).text)).toBe(
      'This asks who you are. Send a key as Authorization: Bearer rc_..., or as the password of HTTP Basic, or sign in at /sign-in; whoever runs this can make one with npm run keys.',
    );
    expect((await post({ accept: 'text/plain' })).text).toMatch(/^401 Unauthorized: This asks who you are\. /);
    expect((await post({ accept: 'text/html' })).text).toContain('<h1>Unauthorized</h1>');
  });

  it('lets a key in, as a bearer token and as the password of HTTP Basic, and logs its name', async () => {
    const basic = (user: string) => `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
    for (const authorization of [`Bearer ${key}`, `bearer  ${key}`, basic(''), basic('alice'), basic('ä')]) {
      expect((await post({ authorization })).status, authorization).toBe(201);
      expect(server.lines.at(-1)).toMatchObject({ status: 201, principal: 'tester' });
    }
  });

  it.each([
    ['nothing', ''],
    ['another scheme', 'Digest x'],
    ['a scheme alone', 'Bearer'],
    ['a key without a scheme', createKey().text],
    ['a user alone', `Basic ${Buffer.from(createKey().text).toString('base64')}`],
    ['what is no base64', 'Basic ::::'],
  ])('asks who it is when the header has %s', async (_, authorization) => {
    const { status, text } = await post({ authorization });
    expect([status, detailOf(text)]).toEqual([401, expect.stringMatching(/^This asks who you are\. /)]);
  });

  it('says what is wrong with a key: more to whoever has its secret', async () => {
    const told = async (text: string) => {
      const reply = await post(bearer(text));
      return [reply.status, /^[^.]+\./.exec(detailOf(reply.text))?.[0]];
    };
    expect(await told(`${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`)).toEqual([
      401,
      'This is no key: something in it is mistyped or missing.',
    ]);
    expect(await told(createKey().text)).toEqual([401, 'This key is not known.']);
    expect(await told(gate.add({ hash: createKey().hash, revokedAt: 1 }))).toEqual([401, 'This key is not known.']);
    expect(await told(gate.add({ revokedAt: 1 }))).toEqual([401, 'The key of "tester" was revoked.']);
    expect(await told(gate.add({ expiresAt: 1000 }))).toEqual([401, 'The key of "tester" has expired.']);
    expect((await post(bearer(gate.add({ expiresAt: 1001 })))).status).toBe(201);
    // Two lines of the header become one, which is no key.
    const twice = { authorization: [`Bearer ${key}`, `Bearer ${key}`] };
    const { status } = await server.send('POST', '/app', { headers: twice });
    expect(status === 401 || status === 201).toBe(true);
  });

  it('lets a key do what its scopes say, and names the one that is missing', async () => {
    for (const { method, path, endpoint } of CLOSED) {
      const others = ['record', 'read', 'people'].filter((scope) => scope !== endpoint.access);
      const without = await server.send(method, addressOf(path), {
        headers: { ...headers, ...bearer(gate.add({ name: 'limited', scopes: others })) },
      });
      expect([without.status, detailOf(without.text)]).toEqual([
        403,
        `This needs the scope ${endpoint.access}; "limited" has ${others.join(', ')}.`,
      ]);
      expect(without.headers['www-authenticate']).toContain(`error="insufficient_scope", scope="${endpoint.access}"`);
      expect(server.lines.at(-1)).toMatchObject({ status: 403, principal: 'limited' });
      const alone = await server.send(method, addressOf(path), {
        headers: { ...headers, ...bearer(gate.add({ scopes: [endpoint.access] })) },
      });
      expect([401, 403]).not.toContain(alone.status);
    }
  });

  it('lets a key speak for its sources alone', async () => {
    const limited = bearer(gate.add({ name: 'backups', sources: ['backup-*', 'a.b'] }));
    const record = (query: string) => server.send('POST', `/app${query}`, { headers: { ...headers, ...limited } });
    for (const source of ['backup-1', 'backup-', 'a.b']) expect((await record(`?source=${source}`)).status).toBe(201);
    for (const source of ['backup', 'my-backup-1', 'axb', 'Backup-1']) {
      const { status, text } = await record(`?source=${source}`);
      expect([status, detailOf(text)]).toEqual([
        403,
        `"backups" may not speak for the source "${source}"; it may speak for backup-*, a.b.`,
      ]);
    }
    expect(detailOf((await record('')).text)).toBe(
      '"backups" may not record without a source; it may speak for backup-*, a.b.',
    );
  });

  it('looks at no credential where everybody may ask: what is there is the same for all', async () => {
    const before = gate.looked.length;
    for (const path of ['/', '/docs', '/openapi.json']) {
      const [anonymous, known, wrong] = await Promise.all(
        [{}, bearer(key), bearer('rc_wrong')].map((more) => server.send('GET', path, { headers: more })),
      );
      expect([known?.text, wrong?.text]).toEqual([anonymous?.text, anonymous?.text]);
    }
    expect(gate.looked.length).toBe(before);
  });

  it('still tells what is at no address, and which methods there are', async () => {
    expect((await server.send('PATCH', '/app')).headers.allow).toBe('POST, GET, HEAD, OPTIONS');
    expect((await server.send('GET', '/nothing', { headers: bearer(key) })).status).toBe(404);
  });
});

describe.each(FRONTS)('CloudFront that keeps pages, before %s', (front) => {
  it('gives nobody what was answered to somebody else, and keeps no 401', async () => {
    const gate = createTestGate();
    const server = await startServer(EMBEDDED, {
      front,
      cdn: true,
      access: 'keys',
      cacheSeconds: 3600,
      deps: { gate },
    });
    const key = gate.add();
    await server.send('PUT', '/hello/alice', {
      headers: { ...bearer(key), 'content-type': 'application/json' },
      body: '{"dateOfBirth":"1990-05-17"}',
    });
    const who = { nobody: {}, somebody: bearer(key), 'a stranger': bearer(createKey().text) };
    // In any order, and more than once: whoever comes first does not matter.
    const order = ['somebody', 'nobody', 'somebody', 'a stranger', 'nobody', 'somebody'] as const;
    for (const { method, path, endpoint } of routes) {
      if (method !== 'GET') continue;
      for (const accept of ['text/html', 'application/json']) {
        const caches: unknown[] = [];
        for (const name of order) {
          const headers = { accept, ...who[name] };
          const reply = await server.send('GET', addressOf(path), { headers });
          // A person is shown the way to sign in, unless they have said who they are.
          const refusal = accept === 'text/html' && name === 'nobody' ? 303 : 401;
          const isRefused = endpoint.access !== 'open' && name !== 'somebody';
          expect(reply.status === refusal, `${path} of ${name}`).toBe(isRefused);
          if (reply.status < 300) caches.push(reply.headers['x-cache']);
        }
        const hits = caches.filter((cache) => cache === 'Hit from cloudfront').length;
        expect(hits, path).toBe(CACHED_PATHS.includes(path) ? Math.max(0, caches.length - 1) : 0);
      }
    }
    await server.close();
  });
});

describe('with keys in a store', () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let now = 1_000_000_000;
  let keys: ReturnType<typeof createKeyTable>;
  /** Of all instances: what each request has read, in units. */
  let reads: unknown[] = [];
  const instance = () => {
    const client = createDynamoClient(store.env);
    const gate = {
      now: () => now,
      keyRing: createKeyRing({ read: createKeyReader({ client, tableName }), now: () => now }),
    };
    const log = ({ readUnits }: LogLine) => reads.push(readUnits);
    const app = createInvoker({ handler: createApp({ ...createDeps(store.env), gate, log }) });
    return async (headers: object, httpMethod = 'POST', path = '/app'): Promise<number> =>
      JSON.parse(await app(JSON.stringify({ httpMethod, path, headers }))).statusCode;
  };
  let tableName: string;
  beforeAll(async () => {
    store = await openStore(EMBEDDED, undefined, 'keys');
    tableName = store.env.tables.keys ?? '';
    keys = createKeyTable({ client: createDynamoClient(store.env), tableName, now: () => now / 1000 });
  });
  beforeEach(() => {
    reads = [];
  });
  afterAll(() => store.close());

  it('a busy instance reads them twice a minute, and guesses at keys make it read no more than every two seconds', async () => {
    const { text } = await keys.create({ name: 'busy', scopes: ['record'] });
    const call = instance();
    for (let request = 0; request < 120; request++) {
      expect(await call(bearer(text))).toBe(201);
      now += 500;
    }
    expect(reads.filter((units) => units !== undefined)).toHaveLength(2);
    reads = [];
    for (let guess = 0; guess < 100; guess++) expect(await call(bearer(createKey().text))).toBe(401);
    for (let guess = 0; guess < 100; guess++) expect(await call({ authorization: `Bearer rc_${guess}` })).toBe(401);
    expect(reads.filter((units) => units !== undefined)).toHaveLength(1);
  });

  it('a session costs no more reads than its key, and a revocation ends it within 30 s in every instance', async () => {
    const { text } = await keys.create({ name: 'person', scopes: ['record'] });
    const { find } = createKeyRing({
      read: createKeyReader({ client: createDynamoClient(store.env), tableName }),
      now: () => now,
    });
    const id = text.slice(3, 11);
    const { hash = '' } = (await find(id)) ?? {};
    const expiresAt = Math.floor(now / 1000) + SESSION_SECONDS;
    const session = {
      cookie: `__Host-rollcall=${sealSession({ kind: 'key', subject: id, expiresAt }, hash)}`,
      'sec-fetch-site': 'same-origin',
    };
    const instances = [instance(), instance()];
    const [call] = instances;
    reads = [];
    for (let request = 0; request < 120; request++) {
      expect(await call?.(session)).toBe(201);
      now += 500;
    }
    expect(reads.filter((units) => units !== undefined)).toHaveLength(2);
    for (const one of instances) expect(await one(session)).toBe(201);
    await keys.revoke('person');
    now += 30_000;
    for (const one of instances) expect(await one(session)).toBe(401);
  });

  it('a revocation holds in every instance within 30 s, and a new key is good after two', async () => {
    const { text } = await keys.create({ name: 'gone', scopes: ['record'] });
    const instances = [instance(), instance(), instance()];
    for (const call of instances) expect(await call(bearer(text))).toBe(201);
    await keys.revoke('gone');
    now += 30_000;
    for (const call of instances) expect(await call(bearer(text))).toBe(401);
    const { text: next } = await keys.create({ name: 'gone', scopes: ['record'] });
    now += 2_000;
    for (const call of instances) expect(await call(bearer(next))).toBe(201);
  });

  it('an instance that cannot read them answers 503 to those that it would have to know, and is not ready', async () => {
    const { text } = await keys.create({ name: 'unlucky', scopes: ['record'] });
    const app = createInvoker({
      handler: createApp({ ...createDeps({ ...store.env, dynamodbEndpoint: NOWHERE }), log: () => {} }),
    });
    const call = async (httpMethod: string, path: string, headers: object): Promise<number> =>
      JSON.parse(await app(JSON.stringify({ httpMethod, path, headers }))).statusCode;
    expect(await call('POST', '/app', bearer(text))).toBe(503);
    expect(await call('POST', '/app', {})).toBe(401);
    expect([await call('GET', '/ready', {}), await call('GET', '/health', {})]).toEqual([503, 200]);
  });
});

describe('in an open stage', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
  });
  afterAll(() => server.close());

  it('nobody is asked for a key, nothing is made of one, and no principal is logged', async () => {
    for (const headers of [{}, bearer(createKey().text), { authorization: 'Basic eDp5' }]) {
      expect((await server.send('POST', '/app', { headers })).status).toBe(201);
      expect(server.lines.at(-1)).toMatchObject({ status: 201, principal: undefined });
    }
  });
});

describe('a credential', () => {
  const gate = createTestGate();
  const key = gate.add();
  const app = createApp({ ...createDeps(unreachableEnv()), gate, log: () => {} });
  const context = { getRemainingTimeInMillis: () => 10_000, functionVersion: '1', awsRequestId: '1' };
  // What the function uses of a context.
  const isContext = (some: object): some is Context => 'awsRequestId' in some;
  const call = async (authorization: string) => {
    const event = {
      httpMethod: 'GET',
      path: '/app',
      headers: { authorization },
      queryStringParameters: { limit: 'x' },
    };
    if (!isContext(context)) throw new Error('no context');
    return (await app(event, context)).statusCode;
  };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('that makes no sense is refused, whatever it is: nothing fails, and nothing is looked for', {
    timeout: 300_000,
  }, async () => {
    const before = gate.looked.length;
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String(), fc.constant(key.slice(1)));
    const header = fc.oneof(
      text,
      fc.tuple(fc.constantFrom('Bearer', 'basic', 'BEARER ', 'Basic', 'Digest', ''), text).map(([a, b]) => `${a} ${b}`),
      fc.tuple(text, text).map(([user, password]) => basic(`${user}:${password}`)),
      fc.nat({ max: key.length }).map((length) => `Bearer ${key.slice(0, length - 1)}`),
      fc.nat({ max: 5000 }).map((length) => `Bearer ${'a'.repeat(length)}`),
    );
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        expect(await call(authorization)).toBe(401);
      }),
      { numRuns: 100_000 },
    );
    expect(gate.looked.length).toBe(before);
  });

  it('that is a key is known by whichever header brings it', async () => {
    // The request itself is wrong, which is seen only once it is let in.
    expect(await Promise.all([`Bearer ${key}`, basic(`x:${key}`), basic(`:${key}`)].map(call))).toEqual([
      400, 400, 400,
    ]);
    expect(await call(basic(`x:y:${key}`))).toBe(401);
  });

  it('is not needed by the check before a deployment, which may record for itself and read', async () => {
    if (!isContext(context)) throw new Error('no context');
    const event = { version: '2.0', requestContext: { http: { method: 'GET' } }, headers: {}, [CHECK_MEMBER]: true };
    const ask = async (method: string, rawPath: string, rawQueryString: string) => {
      const http = { method, path: rawPath };
      return isContext(context)
        ? (await app({ ...event, rawPath, rawQueryString, requestContext: { http } }, context)).statusCode
        : 0;
    };
    expect(await ask('GET', '/app', 'limit=x')).toBe(400);
    expect(await ask('POST', '/app', 'source=other')).toBe(403);
    expect(await ask('GET', '/hello/alice', '')).toBe(403);
  });
});
