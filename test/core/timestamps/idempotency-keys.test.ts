import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import {
  createIdempotencyKeyStore,
  type IdempotencyKeyStore,
} from '../../../lambda/core/timestamps/idempotency-keys.ts';
import type { TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import { createTimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { createIdSource, microsOf, timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { backends, NOWHERE, openStore } from '../../support/stores.ts';
import { type Fault, startFaultProxy } from '../../trials/faults/proxy.ts';

const DAY_SECONDS = 86_400;
let now = 1_795_212_906_172_057;
const nextId = createIdSource({ shards: 8, now: () => now });

function nextRecord(fields: Partial<TimestampRecord> = {}): TimestampRecord {
  const id = nextId();
  const rest = { clientIp: '192.0.2.1', protocol: 'https', requestId: `r-${id}` };
  return { id, timestamp: timestampOf(id), ...fields, ...rest };
}

describe.each(backends())('the idempotency keys in $name', (backend) => {
  let env: Env;
  let client: DynamoDBDocumentClient;
  let keys: IdempotencyKeyStore;
  let close: () => Promise<void>;
  const calls: (string | undefined)[] = [];

  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
    client = createDynamoClient(env);
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          calls.push(commandName);
          return next(args);
        },
      { step: 'initialize' },
    );
    keys = createIdempotencyKeyStore({ client, tableName: env.tables.timestamps });
  });
  afterAll(async () => {
    client.config.requestHandler.destroy?.();
    await close();
  });

  /** Where SHA-256 puts the key "abc". */
  const ABC = { pk: 'k#ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', sk: 'key' };

  it('give a new key its record in one call, and a used one the record of its first use in two', async () => {
    calls.length = 0;
    const record = nextRecord({ source: 's', note: 'n' });
    expect(await keys.claim('abc', record)).toEqual(record);
    expect(calls.splice(0)).toEqual(['PutItemCommand']);
    expect(await keys.claim('abc', nextRecord())).toEqual(record);
    expect(calls.splice(0)).toEqual(['PutItemCommand', 'GetItemCommand']);
  });

  it('keep no key as it was sent, stand in no list and no index, and go after a day', async () => {
    const { Item } = await client.send(new GetCommand({ TableName: env.tables.timestamps, Key: ABC }));
    const seconds = Math.ceil(microsOf(Item?.record.id) / 1e6);
    expect(Item).toEqual({ ...ABC, record: expect.any(Object), expiresAt: seconds + DAY_SECONDS });
    const timestamps = createTimestampStore({ client, tableName: env.tables.timestamps, shards: 8 });
    for (const query of [{ limit: 9 }, { limit: 9, source: 's' }])
      expect(await timestamps.list(query)).toEqual({ records: [], more: false });
  });

  it('give the record of the first use for a day, to the second', async () => {
    now += 1_000_000;
    const first = nextRecord();
    const expiry = (Math.ceil(now / 1e6) + DAY_SECONDS) * 1e6;
    await keys.claim('day', first);
    now = expiry - 1;
    expect(await keys.claim('day', nextRecord())).toEqual(first);
    now = expiry + 10;
    const second = nextRecord();
    expect(await keys.claim('day', second)).toEqual(second);
    expect(await keys.claim('day', nextRecord())).toEqual(second);
  });

  it('give an expired key to one of those who come for it at once', async () => {
    await keys.claim('taken', nextRecord());
    now += 2 * DAY_SECONDS * 1e6;
    const claimed = await Promise.all(Array.from({ length: 16 }, () => keys.claim('taken', nextRecord())));
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(1);
    expect(microsOf(claimed[0]?.id ?? '')).toBeGreaterThanOrEqual(now);
  });

  it('let none of the many instances that come for a key at once wait for another: each asks twice at most', async () => {
    const counts: number[] = [];
    const claims = Array.from({ length: 64 }, async (_, instance) => {
      // As patient as on a machine that has a core for each.
      const own = createDynamoClient(env, { requestHandler: { requestTimeout: 60_000 } });
      own.middlewareStack.add(
        (next) => (args) => {
          counts[instance] = (counts[instance] ?? 0) + 1;
          return next(args);
        },
        { step: 'finalizeRequest', priority: 'low' },
      );
      const store = createIdempotencyKeyStore({ client: own, tableName: env.tables.timestamps });
      const claimed = await store.claim('at once', nextRecord());
      own.config.requestHandler.destroy?.();
      return claimed.id;
    });
    expect(new Set(await Promise.all(claims)).size).toBe(1);
    expect(counts.toSorted()).toEqual([1, ...Array(63).fill(2)]);
  });

  it('fail for any other reason than that somebody has the key', async () => {
    const elsewhere = createIdempotencyKeyStore({ client: createDynamoClient(env), tableName: 'Nowhere' });
    await expect(elsewhere.claim('k', nextRecord())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const away = createIdempotencyKeyStore({
      client: createDynamoClient({ ...env, dynamodbEndpoint: NOWHERE }),
      tableName: 'X',
    });
    await expect(away.claim('k', nextRecord())).rejects.toThrow(StoreUnavailableError);
  });

  it('give up a key whose item is refused and absent again and again', async () => {
    const key = `restless ${nextId()}`;
    await keys.claim(key, nextRecord());
    const own = createDynamoClient(env);
    const asked: (string | undefined)[] = [];
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          asked.push(commandName);
          const answer = await next(args);
          return commandName === 'GetItemCommand' ? { ...answer, output: { $metadata: {} } } : answer;
        },
      { step: 'initialize' },
    );
    const store = createIdempotencyKeyStore({ client: own, tableName: env.tables.timestamps });
    await expect(store.claim(key, nextRecord())).rejects.toThrow(StoreUnavailableError);
    expect(asked).toEqual(['PutItemCommand', 'GetItemCommand', 'PutItemCommand', 'GetItemCommand']);
    own.config.requestHandler.destroy?.();
  });

  it('take a key for new that DynamoDB deletes while it is looked up', async () => {
    await keys.claim('deleted', nextRecord());
    const own = createDynamoClient(env);
    own.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const Key = { ...ABC, pk: 'k#1185f37d33b0f89e331f101a51bb8e51165c7efda15950b86a3ebcbb363f898e' };
          if (commandName === 'GetItemCommand')
            await client.send(new DeleteCommand({ TableName: env.tables.timestamps, Key }));
          return next(args);
        },
      { step: 'initialize' },
    );
    const record = nextRecord();
    const slow = createIdempotencyKeyStore({ client: own, tableName: env.tables.timestamps });
    expect(await slow.claim('deleted', record)).toEqual(record);
  });

  it.each<Fault>(['reset-after', 'error-after', 'truncated', 'not-json', 'hang-after', 'hang-in-body'])(
    'know their own write when its answer is lost: %s',
    async (fault) => {
      const answers: number[] = [];
      const proxy = await startFaultProxy({
        target: env.dynamodbEndpoint ?? '',
        decide: () => (answers.length === 0 ? fault : undefined),
        onAnswer: (_, { status }) => answers.push(status),
      });
      const own = createDynamoClient({ ...env, dynamodbEndpoint: proxy.origin });
      const behind = createIdempotencyKeyStore({ client: own, tableName: env.tables.timestamps });
      const record = nextRecord();
      expect(await behind.claim(`lost ${fault}`, record)).toEqual(record);
      // Written, falsely refused, read.
      expect(answers).toEqual([200, 400, 200]);
      own.config.requestHandler.destroy?.();
      proxy.close();
    },
  );
});
