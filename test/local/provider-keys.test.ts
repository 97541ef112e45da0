import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKeyReader } from '../../lambda/core/access/key-store.ts';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { EnvError } from '../../lambda/core/env.ts';
import { keepProviderKeys } from '../../local/provider-keys.ts';
import { createSigningKey, startProvider } from '../support/provider.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('on one machine', () => {
  it('the keys of the identity provider are fetched at the start, and again, whatever fails between', async () => {
    const store = await openStore(EMBEDDED, undefined, 'keys');
    const [one, two] = await Promise.all(['one', 'two'].map((kid) => createSigningKey(kid)));
    if (one === undefined || two === undefined) throw new Error('no keys');
    const provider = await startProvider(one);
    const { keys = '' } = store.env.tables;
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('DYNAMODB_ENDPOINT', store.env.dynamodbEndpoint ?? '');
    vi.stubEnv('KEYS_TABLE', keys);
    vi.stubEnv('OIDC', JSON.stringify(provider.config));
    const read = createKeyReader({ client: createDynamoClient(store.env), tableName: keys });
    const fetched = (kid: string) =>
      vi.waitFor(async () => expect((await read()).provider?.jwks).toContain(kid), 10_000);
    const { stop } = keepProviderKeys(20);
    await fetched('"one"');
    provider.answerWith((_, response) => response.destroy());
    const before = provider.asked.length;
    await vi.waitFor(() => expect(provider.asked.length).toBeGreaterThan(before + 1), 10_000);
    expect((await read()).provider?.jwks).toContain('"one"');
    await provider.useKeys(two);
    provider.answerWith(undefined);
    await fetched('"two"');
    stop();
    provider.close();
    await store.close();
  });

  it('what is said of a provider that makes no sense is told before anything starts', () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('KEYS_TABLE', 'Keys');
    vi.stubEnv('OIDC', '{"issuer":"x"}');
    expect(() => keepProviderKeys()).toThrow(EnvError);
  });
});
