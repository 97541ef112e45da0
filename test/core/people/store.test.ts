import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { createPersonStore, type PersonStore } from '../../../lambda/core/people/store.ts';
import { backends, openStore } from '../../support/stores.ts';

describe.each(backends())('in $name', (backend) => {
  let env: Env;
  let client: ReturnType<typeof createDynamoClient>;
  let people: PersonStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
    client = createDynamoClient(env);
    people = createPersonStore({ client, tableName: env.tables.people });
  });
  afterAll(async () => {
    client.destroy();
    await close();
  });

  it('a person is found as it was put, by exactly that name', async () => {
    const alice = { username: 'alice', dateOfBirth: '1990-05-17' };
    await people.put(alice);
    expect(await people.get('alice')).toEqual(alice);
    expect(await people.get('Alice')).toBeUndefined();
  });

  it('a person who is put again has the later date', async () => {
    await people.put({ username: 'bob', dateOfBirth: '1990-05-17' });
    await people.put({ username: 'bob', dateOfBirth: '1991-06-18' });
    expect(await people.get('bob')).toEqual({ username: 'bob', dateOfBirth: '1991-06-18' });
  });

  it('of many who put one person at once, one wins, and all are answered', async () => {
    const days = Array.from({ length: 28 }, (_, day) => `2001-02-${String(day + 1).padStart(2, '0')}`);
    await Promise.all(days.map((dateOfBirth) => people.put({ username: 'carol', dateOfBirth })));
    expect(days).toContain((await people.get('carol'))?.dateOfBirth);
  });

  it('a person who is erased is gone, and may be erased again', async () => {
    await people.put({ username: 'dave', dateOfBirth: '1990-05-17' });
    await people.delete('dave');
    await people.delete('dave');
    expect(await people.get('dave')).toBeUndefined();
  });

  it('names that differ in one code point, and long ones, are kept apart', async () => {
    const names = ['é', 'e\u0301', '名', 'x'.repeat(64)];
    for (const [day, username] of names.entries()) await people.put({ username, dateOfBirth: `2001-01-0${day + 1}` });
    for (const [day, username] of names.entries()) {
      expect(await people.get(username)).toEqual({ username, dateOfBirth: `2001-01-0${day + 1}` });
    }
  });
});
