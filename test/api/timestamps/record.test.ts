import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps } from '../../../lambda/api/deps.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { createIdSource, microsOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { repeated } from '../../support/effort.ts';
import { type Reply, startServer, type TestServer } from '../../support/server.ts';
import { backends, EMBEDDED, openStore } from '../../support/stores.ts';

const DAY = 86_400_000_000;

describe.each(backends())('POST /app with an Idempotency-Key on $name', (backend) => {
  let server: TestServer;
  /** How far the server's clock is ahead, in microseconds. */
  let ahead = 0;
  const nextId = createIdSource({ shards: 8, now: () => Date.now() * 1000 + ahead });
  beforeAll(async () => {
    server = await startServer(backend, { deps: { nextId } });
  });
  afterAll(() => server.close());

  const post = (key: string | string[] | undefined, query = '', headers: Record<string, string> = {}) =>
    server.send('POST', `/app${query}`, {
      headers: { accept: 'application/json', ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    });
  const total = async () => JSON.parse((await server.send('GET', '/app?limit=1000')).text).items.length;
  const essence = ({ status, text, headers }: Reply) => ({ status, text, location: headers.location });

  it('is not asked of who sends none: that takes the one write of before', async () => {
    const [claim, put] = [vi.spyOn(server.deps.idempotencyKeys, 'claim'), vi.spyOn(server.deps.timestamps, 'put')];
    const reply = await post(undefined);
    expect([reply.status, reply.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect([claim.mock.calls.length, put.mock.calls.length]).toEqual([0, 1]);
    claim.mockRestore();
    put.mockRestore();
  });

  it('replays the very same answer to the same request, and says so', async () => {
    const before = await total();
    const key = randomUUID();
    const [first, second, third] = [await post(key, '?note=n'), await post(key, '?note=n'), await post(key, '?note=n')];
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    for (const again of [second, third]) {
      expect(essence(again)).toEqual(essence(first));
      expect(again.headers['idempotency-replayed']).toBe('true');
    }
    expect(await total()).toBe(before + 1);
  });

  it('knows a key by what it is, quoted or bare, and a request by its source and note, however they come', async () => {
    const key = randomUUID();
    const first = await post(key, '?source=s&note=n');
    const json = { 'content-type': 'application/json' };
    const again = await server.send('POST', '/app', {
      headers: { ...json, accept: 'text/plain', 'idempotency-key': `"${key}"` },
      body: '{"note":"n","source":"s"}',
    });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.text).toBe(`${JSON.parse(first.text).timestamp}\n`);
    const browser = await post(key, '?source=s&note=n', { accept: 'text/html' });
    expect([browser.status, browser.headers.location]).toEqual([303, '/app']);
  });

  it.each([
    ['another note', '?note=m&source=s'],
    ['no note', '?source=s'],
    ['another source', '?note=n&source=S'],
  ])('answers 422 to a used key with %s, and records nothing', async (_, query) => {
    const key = randomUUID();
    await post(key, '?note=n&source=s');
    const before = await total();
    const reply = await post(key, query);
    expect(reply.status).toBe(422);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(reply.text).detail).toContain('Idempotency-Key');
    expect(await total()).toBe(before);
    expect((await post(key, '?note=n&source=s')).headers['idempotency-replayed']).toBe('true');
  });

  it('answers 400 to a malformed key before it looks at anything else, and records nothing', async () => {
    const before = await total();
    for (const key of ['"', 'a b', ['a', 'a'], 'k'.repeat(256)]) {
      const reply = await post(key, '?nothing=known', { accept: 'image/png' });
      expect(reply.status).toBe(400);
      expect(JSON.parse(reply.text).errors).toMatchObject([{ in: 'header', field: 'idempotency-key' }]);
    }
    expect(await total()).toBe(before);
  });

  it('replays for 24 hours, and takes the key for a new one then', async () => {
    const key = randomUUID();
    const first = JSON.parse((await post(key)).text);
    try {
      ahead += DAY - 60_000_000;
      expect(JSON.parse((await post(key)).text)).toEqual(first);
      ahead += 120_000_000;
      const next = await post(key);
      expect(next.headers).not.toHaveProperty('idempotency-replayed');
      const record = JSON.parse(next.text);
      expect(microsOf(record.id) - microsOf(first.id)).toBeGreaterThan(DAY);
      expect(JSON.parse((await post(key)).text)).toEqual(record);
    } finally {
      ahead = 0;
    }
  });

  it('finishes a write that had come no further than its key', async () => {
    const key = randomUUID();
    const before = await total();
    const put = vi.spyOn(server.deps.timestamps, 'put').mockRejectedValueOnce(new StoreUnavailableError('gone'));
    const failed = await post(key, '?note=n');
    expect([failed.status, failed.headers['retry-after']]).toEqual([503, '1']);
    expect(await total()).toBe(before);
    const [asked] = put.mock.calls[0] ?? [];
    put.mockRestore();
    const reply = await post(key, '?note=n');
    expect(reply.status).toBe(201);
    expect(JSON.parse(reply.text)).toEqual(asked);
    expect(await total()).toBe(before + 1);
  });

  it('gives 64 requests at once with one key the same answer, and records once', async () => {
    const before = await total();
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 64 }, () => post(key, '?note=race')));
    expect(replies.map(essence)).toEqual(Array(64).fill(essence(replies[0] ?? (await post(key)))));
    expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await total()).toBe(before + 1);
  });
});

describe('POST /app with many keys', () => {
  const count = repeated(250);

  it(`records ${count} timestamps for ${count} keys that are sent 8 times each, all mixed`, async () => {
    const store = await openStore(EMBEDDED);
    const deps = createDeps(store.env);
    const invoke = createInvoker({ handler: createApp({ ...deps, log: () => {} }) });
    const ids = new Map<string, Set<string>>();
    const post = async (key: string) => {
      const headers = { accept: 'application/json', 'idempotency-key': key };
      const result = JSON.parse(await invoke(JSON.stringify({ httpMethod: 'POST', path: '/app', headers })));
      expect(result.statusCode).toBe(201);
      ids.set(key, (ids.get(key) ?? new Set()).add(JSON.parse(result.body).id));
    };
    // In rounds that start apart, so that the uses of one key meet one another in every way.
    const keys = Array.from(
      { length: 8 * count },
      (_, i) => `key-${((i % count) + Math.floor(i / count) * 5) % count}`,
    ).values();
    const work = async () => {
      for (const key of keys) await post(key);
    };
    await Promise.all(Array.from({ length: 32 }, work));

    const { records, more } = await deps.timestamps.list({ limit: 1000 });
    expect([records.length, more]).toEqual([count, false]);
    const acknowledged = [...ids.values()].flatMap((of) => [...of]);
    expect(acknowledged.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
    await store.close();
  }, 180_000);
});
