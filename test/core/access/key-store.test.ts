import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { createKeyReader, KEY_PARTITION } from '../../../lambda/core/access/key-store.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { type Fields, toItem } from '../../../lambda/core/dynamo/items.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { backends, NOWHERE, openStore } from '../../support/stores.ts';

describe.each(backends())('the keys in $name', (backend) => {
  let env: Env;
  let close: () => Promise<void>;
  const tableName = `Keys-${randomUUID()}`;
  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
    await createTables({ ...env, tables: { keys: tableName } });
  });
  afterAll(() => close());

  it('are read as a whole, over as many pages as they have, and without what is none', async () => {
    const client = createDynamoClient(env);
    const read = createKeyReader({ client, tableName });
    expect(await read()).toEqual({ keys: new Map(), provider: undefined });
    const put = (item: Fields) => client.send(new PutItemCommand({ TableName: tableName, Item: toItem(item) }));
    // Longer than keys are, so that a few fill a page of 1 MB.
    const names = Array.from({ length: 4 }, (_, at) => `${at}`.repeat(390_000));
    const keys = names.map((name, at) => ({ sk: `id${at}`, hash: 'h', name, scopes: 'read,record', createdAt: 1 }));
    for (const key of keys) await put({ pk: KEY_PARTITION, ...key });
    await put({ pk: KEY_PARTITION, sk: 'no key', name: 1 });
    await put({ pk: 'something else', ...keys[0] });
    const provider = { issuer: 'i', jwks: '{}', fetchedAt: 1, sessionSecret: 's' };
    await put({ pk: KEY_PARTITION, sk: 'oidc', ...provider });
    expect((await read()).provider).toMatchObject(provider);
    expect([...(await read()).keys].map(([id, { name }]) => [id, name.length])).toEqual(
      keys.map(({ sk, name }) => [sk, name.length]),
    );
  });

  it('are not available when nothing answers', async () => {
    const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: NOWHERE });
    await expect(createKeyReader({ client, tableName })()).rejects.toThrow(StoreUnavailableError);
  });
});
