import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyTable } from '../../bin/keys/key-table.ts';
import { createKeyReader, KEY_PARTITION } from '../../lambda/core/access/key-store.ts';
import { PROVIDER_FIELDS } from '../../lambda/core/access/provider-item.ts';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { EnvError } from '../../lambda/core/env.ts';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import { parseEnv } from '../../lambda/notify/env.ts';
import { fetchKind } from '../../lambda/notify/kinds.ts';
import { createNotify } from '../../lambda/notify/notify.ts';
import { createRefresh } from '../../lambda/notify/provider/refresh.ts';
import { createInvoker } from '../../local/invoker.ts';
import { createSigningKey, startProvider, type TestProvider } from '../support/provider.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

const FETCH = '{"kind":"provider-keys"}';

describe('the function that reaches out', () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let provider: TestProvider;
  const lines: LogLine[] = [];
  let invoke: (event: string) => Promise<string>;
  let tableName = '';
  beforeAll(async () => {
    store = await openStore(EMBEDDED, undefined, 'keys');
    provider = await startProvider(await createSigningKey('one'));
    tableName = store.env.tables.keys ?? '';
    const refresh = createRefresh({ ...store.env, oidc: provider.config, tables: { keys: tableName } });
    const deps = { log: (line: LogLine) => lines.push(line), stage: 'test', traceId: () => undefined, now: Date.now };
    invoke = createInvoker({ handler: createNotify(deps, [fetchKind(refresh)]) });
  });
  afterAll(async () => {
    provider.close();
    await store.close();
  });
  const known = () => createKeyReader({ client: createDynamoClient(store.env), tableName })();

  it('fetches the keys of the provider, keeps them beside the others, and makes the secret of sessions once', async () => {
    const keys = createKeyTable({ client: createDynamoClient(store.env), tableName, now: () => 1 });
    await keys.create({ name: 'alice', scopes: ['read'] });
    await invoke(FETCH);
    const first = await known();
    expect(first.provider).toMatchObject({ issuer: provider.issuer, authorizationEndpoint: `${provider.issuer}/auth` });
    expect(first.provider?.sessionSecret).toMatch(/^[\w-]{43}$/);
    await invoke(FETCH);
    expect((await known()).provider?.sessionSecret).toBe(first.provider?.sessionSecret);
    expect([...(await known()).keys.values()]).toMatchObject([{ name: 'alice' }]);
    expect(lines.at(-1)).toMatchObject({
      message: 'notify',
      kind: 'provider keys',
      issuer: provider.issuer,
      keys: 1,
      writeUnits: 1,
    });
    expect(JSON.stringify(lines)).not.toContain(first.provider?.sessionSecret);
  });

  it('fails, for Lambda to try it again and for the alarm, when the provider does, and keeps what there is', async () => {
    await invoke(FETCH);
    const before = await known();
    provider.answerWith((_, response) => response.writeHead(500).end());
    await expect(invoke(FETCH)).rejects.toThrow(/answers 500/);
    expect(lines.at(-2)).toMatchObject({ level: 'ERROR', message: 'notify failed' });
    expect(lines.at(-1)).toMatchObject({ Failed: 1 });
    provider.answerWith(undefined);
    expect((await known()).provider).toEqual(before.provider);
  });

  it.each(['{}', 'null', '[]', '"x"', '{"kind":"other"}', '{"Records":[]}'])(
    'refuses %s, of which it knows nothing',
    async (event) => {
      await expect(invoke(event)).rejects.toThrow('Nothing is known of events of this kind.');
    },
  );

  it('writes the attributes that it may touch, and no others: nothing that it writes could be a key', () => {
    const { attributes } = TABLES.keys.use.notify;
    expect(attributes.toSorted()).toEqual(['pk', 'sk', ...Object.keys(PROVIDER_FIELDS)].toSorted());
    for (const needed of ['hash', 'name', 'scopes', 'revokedAt']) expect(attributes).not.toContain(needed);
    expect(KEY_PARTITION).toBe('key');
  });

  it('says what is wrong with its environment', () => {
    const right = { AWS_REGION: 'us-east-1', KEYS_TABLE: 'Keys', OIDC: JSON.stringify(provider.config) };
    expect(parseEnv(right).oidc).toEqual(provider.config);
    for (const [change, message] of [
      [{ OIDC: undefined }, /^OIDC is not set; it must be an object with issuer, clientId, allow and scopes$/],
      [{ OIDC: '{' }, /^OIDC is "\{"; it must be JSON: an object with/],
      [{ OIDC: JSON.stringify({ ...provider.config, issuer: 'http://evil.example' }) }, /it must be the https address/],
      [{ OIDC: JSON.stringify({ ...provider.config, allow: {} }) }, /it must be at least one claim with a pattern/],
      [{ OIDC: JSON.stringify({ ...provider.config, scopes: [] }) }, /it must be at least one of record/],
      [{ OIDC: JSON.stringify({ ...provider.config, scopes: ['all'] }) }, /it must be at least one of record/],
      [{ KEYS_TABLE: undefined }, /^KEYS_TABLE is not set/],
    ] as const) {
      expect(() => parseEnv({ ...right, ...change })).toThrow(EnvError);
      expect(() => parseEnv({ ...right, ...change })).toThrow(message);
    }
  });
});
