import { join, resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../local/store.ts';
import { makeFolder } from '../support/commands.ts';
import { EMBEDDED } from '../support/stores.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['the folder of DATA_DIR', (folder: string) => join(folder, 'data'), (folder: string) => join(folder, 'data')],
  ['nothing with :memory:', () => ':memory:', () => undefined],
  ['.rollcall without one', () => undefined, () => resolve('.rollcall')],
])('beside a store elsewhere, what belongs to it is kept in %s', async (_, dataDir, expected) => {
  const folder = makeFolder();
  const { endpoint, close } = await EMBEDDED.start();
  vi.stubEnv('DYNAMODB_ENDPOINT', endpoint);
  vi.stubEnv('DATA_DIR', dataDir(folder));
  // It sets them where they are not set.
  for (const name of [
    'AWS_REGION',
    'TIMESTAMPS_TABLE',
    'PEOPLE_TABLE',
    'KEYS_TABLE',
    'ROLL_TABLE',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ]) {
    vi.stubEnv(name, undefined);
  }
  try {
    const store = await openStore();
    expect(store.folder).toBe(expected(folder));
    await store.close();
  } finally {
    await close();
  }
});
