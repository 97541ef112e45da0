import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeyTable, isGood, KeyError } from '../../../bin/keys/key-table.ts';
import { hasSecret, parseKey } from '../../../lambda/core/access/key.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { backends, openStore } from '../../support/stores.ts';

const DAY = 86_400;

describe.each(backends())('the table of keys on $name', (backend) => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let now = 1_000_000;
  let table: ReturnType<typeof createKeyTable>;
  let tableName: string;
  beforeAll(async () => {
    store = await openStore(backend);
  });
  beforeEach(async () => {
    tableName = `Keys-${randomUUID()}`;
    await createTables({ ...store.env, tables: { keys: tableName } });
    table = createKeyTable({ client: createDynamoClient(store.env), tableName, now: () => now });
  });
  afterAll(() => store.close());

  const states = async () => (await table.list()).map((key) => [key.name, isGood(key, now)]);

  it('gets a new key, which is nowhere in it', async () => {
    const { text, stored } = await table.create({ name: 'a', scopes: ['read'], sources: ['x-*'], lifetime: DAY });
    const shown = parseKey(text);
    expect(shown && hasSecret(shown, stored.hash)).toBe(true);
    expect(await table.list()).toEqual([
      {
        sk: shown?.id,
        hash: stored.hash,
        name: 'a',
        scopes: ['read'],
        sources: ['x-*'],
        createdAt: now,
        expiresAt: now + DAY,
      },
    ]);
    const { Items } = await createDynamoClient(store.env).send(new ScanCommand({ TableName: tableName }));
    expect(JSON.stringify(Items)).not.toContain(shown?.secret);
  });

  it('has one good key of a name at a time, unless it is rotated', async () => {
    await table.create({ name: 'a', scopes: ['read'], lifetime: DAY });
    await expect(table.create({ name: 'a', scopes: ['read'] })).rejects.toThrow(KeyError);
    await table.create({ name: 'b', scopes: ['read'] });
    now += DAY;
    await table.create({ name: 'a', scopes: ['record'] });
    expect((await states()).toSorted()).toEqual([
      ['a', false],
      ['a', true],
      ['b', true],
    ]);
  });

  it('rotates: both keys are good for the time that is told, and the new one is as the old one was', async () => {
    const first = await table.create({ name: 'a', scopes: ['read'], sources: ['x'], lifetime: 90 * DAY });
    now += DAY;
    const second = await table.rotate({ name: 'a', overlap: 3600 });
    expect(second.text).not.toBe(first.text);
    expect(second.stored).toMatchObject({ name: 'a', scopes: ['read'], sources: ['x'], expiresAt: now + 90 * DAY });
    expect(await states()).toEqual([
      ['a', true],
      ['a', true],
    ]);
    now += 3600;
    expect((await table.list()).map((key) => [key.sk, isGood(key, now)])).toEqual([
      [second.stored.sk, true],
      [first.stored.sk, false],
    ]);
  });

  it('lets no rotation make an old key good for longer', async () => {
    const { stored } = await table.create({ name: 'a', scopes: ['read'], lifetime: 60 });
    await table.rotate({ name: 'a', overlap: DAY, lifetime: 30 * DAY });
    const keys = await table.list();
    expect(keys.find(({ sk }) => sk === stored.sk)?.expiresAt).toBe(now + 60);
    expect(keys.map(({ expiresAt }) => expiresAt)).toContain(now + 30 * DAY);
  });

  it('revokes what is good of a name, and nothing else', async () => {
    await table.create({ name: 'a', scopes: ['read'] });
    await table.rotate({ name: 'a', overlap: DAY });
    await table.create({ name: 'b', scopes: ['read'] });
    expect(await table.revoke('a')).toBe(2);
    expect((await states()).toSorted()).toEqual([
      ['a', false],
      ['a', false],
      ['b', true],
    ]);
    const others = 'the names that have one are: b.';
    await expect(table.revoke('a')).rejects.toThrow(others);
    await expect(table.rotate({ name: 'c', overlap: 1 })).rejects.toThrow(others);
  });
});
