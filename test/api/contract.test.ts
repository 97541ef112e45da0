import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_FILE, clientText, DOCUMENT_FILE, documentText } from '../../build/openapi.ts';
import { SESSION_COOKIE } from '../../lambda/api/access/cookies.ts';
import type { Gate } from '../../lambda/api/access/gate.ts';
import { createDeps, type Deps } from '../../lambda/api/deps.ts';
import { routes } from '../../lambda/api/routes.ts';
import { createKey } from '../../lambda/core/access/key.ts';
import { sealSession } from '../../lambda/core/access/session.ts';
import { StoreUnavailableError } from '../../lambda/core/dynamo/errors.ts';
import { forTablesOf } from '../../lambda/core/dynamo/tables.ts';
import { makeId } from '../../lambda/core/timestamps/timestamp-id.ts';
import type { paths } from '../client/rollcall.d.ts';
import { type Answer, contract, describedResponse, violations } from '../support/contract.ts';
import { createTestGate } from '../support/keys.ts';
import { type RequestOptions, startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED, NOWHERE } from '../support/stores.ts';

const UNKNOWN_ID = '019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c06';

describe('the OpenAPI document', () => {
  it('is the one that the code makes: npm run openapi writes it', () => {
    expect(readFileSync(DOCUMENT_FILE, 'utf8')).toBe(documentText());
  });

  it('is all right by a linter, without a warning', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const problems = await lintFromString({ source: readFileSync(DOCUMENT_FILE, 'utf8'), config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it('names each route once, by the name of its endpoint', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => [method.toUpperCase(), path, operationId]),
    );
    const known = routes.map(({ method, path, endpoint }) => [method, path, endpoint.operationId]);
    expect(described.toSorted()).toEqual(known.toSorted());
  });
});

describe('for generators, the OpenAPI document', () => {
  const list = contract.paths['/app']?.get;
  const parameter = (name: string) => list?.parameters.find((one) => one.name === name);

  it('has no time with a pattern, which their clients apply to what is no text any more', () => {
    const text = readFileSync(DOCUMENT_FILE, 'utf8');
    const found: unknown[] = [];
    JSON.parse(text, (_, value) => {
      if (value?.format === 'date-time' && value.pattern !== undefined) found.push(value);
      return value;
    });
    expect(found).toEqual([]);
  });

  it('puts JSON first wherever there is a choice with it', () => {
    for (const operations of Object.values(contract.paths)) {
      for (const { responses } of Object.values(operations)) {
        for (const response of Object.values(responses)) {
          const types = Object.keys(('content' in response && response.content) || {});
          if (types.includes('application/json')) expect(types[0]).toBe('application/json');
        }
      }
    }
  });

  it('says that cursors are UUIDs of version 7, that they exclude each other, and where answers lead', () => {
    for (const name of ['before', 'after']) {
      const pattern = new RegExp(String(parameter(name)?.schema.pattern));
      expect(UNKNOWN_ID).toMatch(pattern);
      expect(UNKNOWN_ID.toUpperCase()).toMatch(pattern);
      expect('d9428888-122b-41e1-b85c-61cf3e2f3a4b').not.toMatch(pattern);
    }
    expect(list?.description).toContain('`before` and `after` exclude each other');
    expect(describedResponse('/app', 'post', 201)?.links?.record?.operationId).toBe('getTimestamp');
    expect(describedResponse('/app', 'get', 200)?.links?.next?.parameters).toEqual({ before: '$response.body#/next' });
  });

  it('says of every operation what it may be answered with whatever it is: 403, 405, 429', () => {
    for (const [path, operations] of Object.entries(contract.paths)) {
      for (const method of Object.keys(operations)) {
        for (const status of [403, 405, 429]) expect(describedResponse(path, method, status)).toBeDefined();
      }
    }
  });
});
type ServerName =
  | 'told'
  | 'no watch'
  | 'no keys'
  | 'failing'
  | 'works'
  | 'closed'
  | 'no tables'
  | 'no store'
  | 'cdn only';

const OPEN_OUTAGE = makeId(1e15, 0, new Uint8Array(7));
const ENDED_OUTAGE = makeId(1e15 + 1, 0, new Uint8Array(7));

/** An outage that is open, and one that has ended, of sources that are known. */
async function seedOutages({ deps }: TestServer): Promise<void> {
  const roll = await deps.roll?.();
  const startedAt = 1e12;
  for (const [id, source, end] of [
    [OPEN_OUTAGE, 'down', {}],
    [ENDED_OUTAGE, 'free', { endedAt: startedAt + 1, endedBy: 'answer' as const }],
  ] as const) {
    const outage = { id, startedAt, reason: 'silent' as const, ...end };
    await roll?.recordEvent({ id, kind: 'opened', source, at: startedAt, outage, told: true, tick: 't' });
  }
  const open = { id: OPEN_OUTAGE, startedAt, reason: 'silent' as const };
  await roll?.putState({ source: 'down', version: 0, standing: 'down', since: startedAt, outage: open }, 0);
  await roll?.putState({ source: 'free', version: 0, standing: 'unwatched', since: startedAt }, 0);
}

/** What tells at once whatever is to be told. */
function settling({ deps: { telling } }: TestServer): Deps['telling'] {
  return async () => {
    if (telling === undefined) throw new Error('there is no table');
    const { channels, notices } = await telling();
    const get: typeof notices.get = async (key) => {
      const notice = await notices.get(key);
      return notice && { ...notice, settledAt: 1, outcome: 'delivered', answer: '200 ok' };
    };
    return { channels, notices: { ...notices, get } };
  };
}

/** What is sent where an operation needs a body. */
const BODIES: Readonly<Record<string, string>> = {
  'PUT /hello/{username}': '{"dateOfBirth":"1990-05-17"}',
  'PUT /sources/{source}': '{"every":"1d","tags":["db"]}',
  'POST /outages/{id}/notes': '{"text":"x"}',
  'PUT /channels/{channel}': '{"kind":"mail","to":["ops@example.com"]}',
  'POST /sources/{source}': 'every=1d&tags=db',
  'POST /hello': 'username=alice&dateOfBirth=1990-05-17',
};

function typeOf(body: string): string {
  return /^\w+=/.test(body) ? 'application/x-www-form-urlencoded' : 'application/json';
}

const ASSET_OF: Readonly<Record<string, string>> = {
  'text/javascript': 'pages.0123456789.js',
  'image/svg+xml': 'icon.0123456789.svg',
};

describe('the documented responses', () => {
  /** One that works, one that asks for a key, one whose tables do not exist, one whose store is out of reach, and one behind a CDN. */
  const servers = new Map<ServerName, TestServer>();
  let id = '';
  const gate = createTestGate();
  const key = gate.add();
  const issuer = 'https://login.example.com';
  const withProvider: Gate = {
    ...gate,
    oidc: JSON.stringify({ issuer, clientId: 'x', allow: { sub: '*' }, scopes: ['read'] }),
    keyRing: {
      ...gate.keyRing,
      provider: async () => ({
        sk: 'oidc',
        issuer,
        jwks: '{"keys":[]}',
        authorizationEndpoint: `${issuer}/auth`,
        fetchedAt: 0,
        sessionSecret: '',
      }),
    },
  };
  const unreadable: Gate = {
    ...gate,
    keyRing: { ...gate.keyRing, find: () => Promise.reject(new StoreUnavailableError('x')) },
  };
  const failing: Gate = { ...gate, keyRing: { ...gate.keyRing, find: () => Promise.reject(new Error('x')) } };

  beforeAll(async () => {
    const works = await startServer(EMBEDDED, { deps: { channelTestMs: 0 } });
    const { env } = works;
    const noTables = createDeps({ ...env, tables: { ...forTablesOf('api', () => 'None'), roll: 'None' } });
    const noStore = createDeps({ ...env, dynamodbEndpoint: NOWHERE });
    servers.set('works', works);
    servers.set('closed', await startServer(EMBEDDED, { access: 'keys', deps: { gate: withProvider } }));
    servers.set('no watch', await startServer(EMBEDDED, { deps: { roll: undefined, telling: undefined } }));
    servers.set('told', await startServer(EMBEDDED, { deps: { telling: settling(works) } }));
    servers.set('no tables', await startServer(EMBEDDED, { deps: noTables }));
    servers.set('no store', await startServer(EMBEDDED, { deps: noStore }));
    servers.set('no keys', await startServer(EMBEDDED, { access: 'keys', deps: { gate: unreadable } }));
    servers.set('failing', await startServer(EMBEDDED, { access: 'keys', deps: { gate: failing } }));
    servers.set('cdn only', await startServer(EMBEDDED, { deps: { isOriginSecret: () => false } }));
    const reply = await works.send('POST', '/app', { headers: { accept: 'application/json' } });
    id = JSON.parse(reply.text).id;
    await works.send('POST', '/app', { headers: { 'idempotency-key': 'used' } });
    const headers = { 'content-type': 'application/json' };
    await works.send('PUT', '/hello/alice', { headers, body: '{"dateOfBirth":"1990-05-17"}' });
    await works.send('PUT', '/sources/backup', { headers, body: '{"every":"1d","tags":["db"]}' });
    await works.send('PUT', '/channels/ops', { headers, body: BODIES['PUT /channels/{channel}'] ?? '' });
    await seedOutages(works);
  });
  afterAll(async () => {
    for (const server of servers.values()) await server.close();
  });

  type Sent = RequestOptions & {
    server?: ServerName;
    other?: string;
    query?: string;
    unknown?: boolean;
    source?: string;
    outage?: string;
    channel?: string;
    accept?: string;
  };
  /** What makes an operation answer with a status; its usual request is sent otherwise. */
  const special: Readonly<Record<string, Sent>> = {
    // A note that is empty is a note; in the list's filter it is a field that was left empty.
    303: { accept: 'text/html', query: '?note=' },
    304: { headers: { 'if-none-match': '*' } },
    // A browser may bring parameters that are unknown, but no others that are wrong.
    400: { query: '?unknown=1&limit=0&tz=x&source=%20' },
    401: { server: 'closed', headers: { authorization: 'Bearer x' } },
    403: { server: 'cdn only' },
    404: { unknown: true },
    405: { other: 'PATCH' },
    406: { accept: 'image/png' },
    413: { body: 'x'.repeat(20_000) },
    415: { headers: { 'content-type': 'text/xml' }, body: '<a/>' },
    422: { headers: { 'idempotency-key': 'used' }, body: '{"source":"another"}' },
    500: { server: 'no tables' },
    503: { server: 'no store' },
  };
  /** What the roll answers otherwise: no source is called so in an address, and of one nothing is expected. */
  const ofRoll = (method: string, path: string): Readonly<Record<string, Sent>> => ({
    ...special,
    ...(path.endsWith('/unexpect') && { 200: { source: 'free' } }),
    204: { source: 'free' },
    303: {
      accept: 'text/html',
      ...(method === 'GET' && { server: 'closed' as const }),
      ...(path.endsWith('/unexpect') && { source: 'free' }),
    },
    400: { ...special[400], source: '%20' },
    // Where somebody watches, there is a list, and anybody can be expected.
    404:
      method === 'PUT' || (path === '/sources/{source}' && method === 'POST') || !path.includes('{')
        ? { server: 'no watch' }
        : { unknown: true },
    409: { source: 'free', outage: ENDED_OUTAGE },
  });
  /** What channels and reports answer otherwise. */
  const ofTelling = (method: string, path: string): Readonly<Record<string, Sent>> => ({
    ...special,
    ...(path.endsWith('/test') && { 200: { server: 'told' } }),
    303: { accept: 'text/html', server: method === 'GET' ? 'closed' : 'told' },
    400: path.startsWith('/reports') ? { query: '?days=0' } : { query: '?unknown=1', channel: '%20' },
    404: /^(PUT|DELETE)$/.test(method) || !path.includes('{') ? { server: 'no watch' } : { unknown: true },
  });
  /** What people are answered: the form that greets has the name in its query. */
  const ofPeople = (method: string, path: string): Readonly<Record<string, Sent>> => {
    const named = path === '/hello' && method === 'GET';
    return {
      ...special,
      ...(named && { 200: { query: '?username=alice' }, 404: { query: '?username=nobody' } }),
      ...(named && {
        500: { ...special[500], query: '?username=alice' },
        503: { ...special[503], query: '?username=alice' },
      }),
      303: { accept: 'text/html', ...(method === 'GET' && { server: 'closed' as const }) },
    };
  };
  /** Where people sign in, which is nowhere but where callers are asked who they are. */
  const form = (fields: Record<string, string>) => ({
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `${SESSION_COOKIE}=${sealSession({ kind: 'key', subject: 'x', expiresAt: 99_999_999_999 }, 'x')}`,
    },
    body: new URLSearchParams(fields).toString(),
  });
  const signingIn: Readonly<Record<string, Sent>> = {
    200: { server: 'closed', ...form({ key }) },
    303: { server: 'closed', accept: 'text/html', ...form({ key }) },
    400: { server: 'closed', ...form({ key, other: 'x' }) },
    401: { server: 'closed', ...form({ key: createKey().text }) },
    404: {},
    406: { server: 'closed', accept: 'image/png' },
    413: { server: 'closed', ...form({ key: 'x'.repeat(20_000) }) },
    415: { server: 'closed', body: '{}' },
    500: { server: 'failing', ...form({ key }) },
    503: { server: 'no keys', ...form({ key }) },
  };
  const specialOf = (method: string, path: string, status: string): Sent => {
    if (path === '/sign-in' && method === 'GET' && status === '303')
      return { server: 'closed', accept: 'text/html', query: '?with=provider' };
    if (/^\/(?:sources|outages|ping|tags|watch|metrics)(?:\/|$)/.test(path)) return ofRoll(method, path)[status] ?? {};
    if (/^\/(channels|reports)/.test(path)) return ofTelling(method, path)[status] ?? {};
    if (path.startsWith('/sign-')) return { ...special, ...signingIn }[status] ?? {};
    if (path.startsWith('/hello')) return ofPeople(method, path)[status] ?? {};
    // Where nobody has signed in.
    return method === 'GET' && status === '303' ? { server: 'closed', accept: 'text/html' } : (special[status] ?? {});
  };
  /** 429 is an answer of what stands in front. One record has no parameter that could be wrong, and a browser's unknown ones are ignored. */
  const isNever = (...is: string[]) =>
    is[2] === '429' ||
    // A browser is sent on before anything is read.
    ['404', '500', '503'].some((status) => isDeepStrictEqual(is, ['/hello', 'get', status, 'text/html'])) ||
    ['/app/{id}', '/outages/{id}', '/channels'].some((path) =>
      isDeepStrictEqual(is, [path, 'get', '400', 'text/html']),
    );
  /** What one gets who does not ask for a type. */
  const anything = ['none', 'application/problem+json'];
  const documented = Object.entries(contract.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).flatMap((status) => {
        const types = Object.keys(describedResponse(path, method, Number(status))?.content ?? { none: {} });
        return types
          .filter((type) => !isNever(path, method, status, type))
          .map((type) => ({ method: method.toUpperCase(), path, status, type }));
      }),
    ),
  );

  it.each(documented)('are given: $method $path $status $type', async ({ method, path, status, type }) => {
    const {
      server = 'works',
      other = method,
      query = '',
      unknown,
      accept = type,
      headers,
      body,
      source = unknown ? 'nobody' : 'backup',
      outage = OPEN_OUTAGE,
      channel = unknown ? 'nobody' : method === 'DELETE' ? 'gone' : 'ops',
    } = specialOf(method, path, status);
    const address = path
      .replace('{key}', createKey().text)
      .replace('{source}', source)
      .replace('{channel}', channel)
      .replace('{signal}', 'start')
      .replace('{tag}', source === 'backup' ? 'db' : source)
      .replace('{id}', unknown ? UNKNOWN_ID : path.startsWith('/outages') ? outage : id)
      .replace('{username}', unknown ? 'nobody' : 'alice')
      .replace('{name}', unknown ? 'none' : (ASSET_OF[type] ?? 'style.0123456789.css'));
    const usual = BODIES[`${method} ${path}`] ?? '';
    const reply = await servers.get(server)?.send(other, `${address}${query}`, {
      headers: { 'content-type': typeOf(usual), ...headers, accept: anything.includes(accept) ? '*/*' : accept },
      body: body ?? usual,
    });
    expect([reply?.status, reply?.headers['content-type']?.split(';')[0] ?? 'none']).toEqual([Number(status), type]);
  });
});

describe('the check of each answer', () => {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
  };
  const ok: Answer = { status: 200, headers, body: '{"status":"ok"}' };
  const { 'referrer-policy': _, ...incomplete } = headers;

  it('passes what the contract describes', () => {
    expect(violations('GET', '/health', ok)).toEqual([]);
    expect(violations('HEAD', '/health', { ...ok, body: '' })).toEqual([]);
  });

  it.each<[string, Answer, string]>([
    ['a status', { ...ok, status: 201 }, 'status 201 is not in the contract'],
    ['a header that is missing', { ...ok, headers: incomplete }, 'the header referrer-policy is missing'],
    ['a header of another value', { ...ok, headers: { ...headers, 'x-frame-options': 'x' } }, 'x-frame-options is "x"'],
    ['a header that is new', { ...ok, headers: { ...headers, etag: 'x' } }, 'the header etag is not in the contract'],
    ['a media type', { ...ok, headers: { ...headers, 'content-type': 'text/csv' } }, 'the type "text/csv"'],
    ['a field that is missing', { ...ok, body: '{}' }, 'required property'],
    ['a field that is new', { ...ok, body: '{"status":"ok","x":1}' }, 'additional properties'],
    ['a value', { ...ok, body: '{"status":"well"}' }, 'allowed values'],
  ])('finds %s', (_, answer, what) => {
    expect(violations('GET', '/health', answer).join()).toContain(what);
  });
});

describe('types that a public generator makes of the document', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
  });
  afterAll(() => server.close());

  it('are those that the repository holds', () => {
    expect(readFileSync(CLIENT_FILE, 'utf8')).toBe(clientText());
  });

  it('are all that a client needs beside fetch', async () => {
    type RecordOperation = paths['/app']['post'];
    type Fields = NonNullable<RecordOperation['requestBody']>['content']['application/json'];
    type Recorded = RecordOperation['responses']['201']['content']['application/json'];
    type List = paths['/app']['get'];
    type Query = NonNullable<List['parameters']['query']>;
    type Page = List['responses']['200']['content']['application/json'];

    const fields: Fields = { source: 'client', note: 'by fetch' };
    const recorded: Recorded = await json(
      await fetch(`${server.origin}/app`, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      }),
    );
    const query: Query = { limit: 1, source: 'client' };
    const search = new URLSearchParams({ ...query, limit: String(query.limit) });
    const page: Page = await json(await fetch(`${server.origin}/app?${search}`));
    expect(page).toEqual({ items: [recorded], next: null });
    expect(recorded).toMatchObject(fields);
  });
});

/** What came is of the type that the contract gives it: every answer of the server is checked against it. */
async function json<T>(response: Response): Promise<T> {
  expect(response.ok).toBe(true);
  return JSON.parse(await response.text());
}
