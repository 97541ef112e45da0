import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchProvider } from '../../lambda/notify/provider/fetch-provider.ts';
import { createSigningKey, startProvider, type TestProvider } from '../support/provider.ts';

const METADATA = '/.well-known/openid-configuration';

describe('the keys of an identity provider', () => {
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await startProvider(await createSigningKey('one'));
  });
  afterEach(() => provider.answerWith(undefined));
  afterAll(() => provider.close());

  const fetched = () => fetchProvider(provider.config);
  const json =
    (value: unknown, headers: Record<string, string> = {}, status = 200): RequestListener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    };
  /** Answers with what a provider says of itself, and with something for its keys. */
  const keysFrom =
    (answer: RequestListener, metadata: object = {}): RequestListener =>
    (request, response) => {
      const itself = { issuer: provider.issuer, jwks_uri: `${provider.issuer}/jwks`, ...metadata };
      return (request.url === METADATA ? json(itself) : answer)(request, response);
    };
  const RSA = { kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' };

  it('are those that it publishes, and where people sign in', async () => {
    const { jwks, keyCount, authorizationEndpoint } = await fetched();
    expect(JSON.parse(jwks)).toMatchObject({ keys: [{ kty: 'RSA', kid: 'one', use: 'sig', alg: 'RS256' }] });
    expect([keyCount, authorizationEndpoint]).toEqual([1, `${provider.issuer}/auth`]);
  });

  it('are kept without what is none of our business: private parts, secrets, keys for encryption', async () => {
    const keys = [
      { ...RSA, d: 'private', p: 'private', x5c: ['x'], other: 1 },
      { kty: 'oct', k: 'shared', kid: 'b' },
      { ...RSA, kid: 'c', use: 'enc' },
      { ...RSA, kid: 1 },
      'rubbish',
      null,
    ];
    provider.answerWith(keysFrom(json({ keys })));
    const { jwks, keyCount, authorizationEndpoint } = await fetched();
    expect([JSON.parse(jwks), keyCount, authorizationEndpoint]).toEqual([{ keys: [RSA] }, 1, undefined]);
  });

  it.each<readonly [string, RequestListener, RegExp]>([
    ['an error', json({}, {}, 503), /answers 503\./],
    ['a redirect', json({}, { location: 'http://127.0.0.1:1/' }, 302), /leads somewhere else, where nobody follows\./],
    ['a page', json({}, { 'content-type': 'text/html' }), /answers "text\/html", not JSON\./],
    ['no type', (_, response) => response.end('{}'), /answers "", not JSON\./],
    ['what is no JSON', (_, response) => response.setHeader('content-type', 'application/json').end('{'), /no JSON\./],
    ['a list', json([]), /describes no provider/],
    ['null', json(null), /describes no provider/],
    ['nothing of itself', json({}), /describes no provider: .*jwks_uri/],
    [
      'another name',
      json({ issuer: 'https://evil.example', jwks_uri: 'https://evil.example/' }),
      /calls itself "https:\/\/evil/,
    ],
    ['too much', json({ x: 'x'.repeat(200_000) }), /more than 131072 bytes\./],
    ['nothing', (_, response) => response.destroy(), /fetch failed/],
  ])('are not taken from one that answers %s', async (_, answer, reason) => {
    provider.answerWith(answer);
    await expect(fetched()).rejects.toThrow(reason);
    // The same in the place of its keys.
    if (String(reason).includes('provider') || String(reason).includes('itself')) return;
    provider.answerWith(keysFrom(answer));
    await expect(fetched()).rejects.toThrow(reason);
  });

  it.each([
    ['none', { keys: [] }],
    ['no list', {}],
    ['none of use', { keys: [{ kty: 'oct', k: 'x' }] }],
    ['too many', { keys: Array.from({ length: 51 }, () => RSA) }],
  ])('are not taken when there are %s', async (_, set) => {
    provider.answerWith(keysFrom(json(set)));
    await expect(fetched()).rejects.toThrow(/has no (list|key)/);
  });

  it.each([
    { jwks_uri: 'file:///etc/passwd' },
    { jwks_uri: 'ftp://x/' },
    { authorization_endpoint: 'javascript:alert(1)' },
  ])('are not taken from one that names %j', async (metadata) => {
    provider.answerWith(keysFrom(json({ keys: [RSA] }), metadata));
    await expect(fetched()).rejects.toThrow(/The provider names .*, which is not http:/);
  });

  it('are given up when an answer does not end', async () => {
    const before = performance.now();
    provider.answerWith((_, response) => {
      response.setHeader('content-type', 'application/json').write('{');
    });
    await expect(fetched()).rejects.toThrow(/abort|timeout/i);
    expect(performance.now() - before).toBeLessThan(9_000);
  }, 20_000);

  it('are given up when an answer goes on for ever', async () => {
    provider.answerWith((_, response) => {
      response.setHeader('content-type', 'application/json');
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    await expect(fetched()).rejects.toThrow(/more than 131072 bytes/);
  });
});
