import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../lambda/api/env.ts';
import { createTableCheck } from '../../../lambda/core/dynamo/check-tables.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { TABLE_ENTRIES, type TableId } from '../../../lambda/core/dynamo/tables.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { backends, NOWHERE, openStore } from '../../support/stores.ts';

describe.each(backends())('the check of the tables on $name', (backend) => {
  let env: Env;
  let tables: Readonly<Record<TableId, string>>;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ env, close } = await openStore(backend));
    tables = { roll: `Roll-${randomUUID()}`, ...env.tables, keys: `Keys-${randomUUID()}` };
    await createTables({ ...env, tables });
  });
  afterAll(() => close());

  it('reads each table', async () => {
    const client = createDynamoClient(env);
    await expect(createTableCheck({ client, tables })()).resolves.toBeUndefined();
  });

  it.each(TABLE_ENTRIES.map(([id]) => id))(
    'says that the store is unavailable when there is no table of %s',
    async (id) => {
      const check = createTableCheck({ client: createDynamoClient(env), tables: { ...tables, [id]: 'Nowhere' } });
      await expect(check()).rejects.toThrow(StoreUnavailableError);
    },
  );

  it('says so when nothing answers', async () => {
    const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: NOWHERE });
    await expect(createTableCheck({ client, tables })()).rejects.toThrow(StoreUnavailableError);
  });
});
