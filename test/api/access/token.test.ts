import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK, exportSPKI } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps } from '../../../lambda/api/deps.ts';
import { createKeyRing } from '../../../lambda/core/access/key-ring.ts';
import { createKeyReader } from '../../../lambda/core/access/key-store.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import type { LogLine } from '../../../lambda/core/observe/log.ts';
import { createRefresh } from '../../../lambda/notify/provider/refresh.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { bearer } from '../../support/keys.ts';
import {
  createSigningKey,
  type SigningKey,
  signToken,
  startProvider,
  type TestProvider,
} from '../../support/provider.ts';
import { EMBEDDED, openStore } from '../../support/stores.ts';

describe('with an identity provider', () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let provider: TestProvider;
  let key: SigningKey;
  let stranger: SigningKey;
  let now: number;
  let lines: LogLine[] = [];
  let refresh: () => Promise<unknown>;
  beforeAll(async () => {
    store = await openStore(EMBEDDED, undefined, 'keys');
    [key, stranger] = await Promise.all([createSigningKey('one'), createSigningKey('one')]);
    provider = await startProvider(key);
    const { keys = '' } = store.env.tables;
    refresh = createRefresh({ ...store.env, oidc: provider.config, tables: { keys } });
    await refresh();
  });
  beforeEach(() => {
    now = Date.now();
    lines = [];
  });
  afterEach(async () => {
    provider.answerWith(undefined);
    await provider.useKeys(key);
    await refresh();
  });
  afterAll(async () => {
    provider.close();
    await store.close();
  });

  /** An instance of the function, with what it knows. */
  function instance(oidc = provider.config) {
    const read = createKeyReader({ client: createDynamoClient(store.env), tableName: store.env.tables.keys ?? '' });
    const gate = { now: () => now, oidc: JSON.stringify(oidc), keyRing: createKeyRing({ read, now: () => now }) };
    const log = (line: LogLine) => lines.push(line);
    const invoke = createInvoker({ handler: createApp({ ...createDeps(store.env), gate, log }) });
    return async (token: string, httpMethod = 'GET', path = '/app') => {
      const event = { httpMethod, path, headers: { ...bearer(token), accept: 'application/json' } };
      const { statusCode, body } = JSON.parse(await invoke(JSON.stringify(event)));
      return { status: statusCode, body: JSON.parse(body) };
    };
  }
  const told = async (call: ReturnType<typeof instance>, token: string) => {
    const { status, body } = await call(token);
    return [status, /^[^.]+\./.exec(body.detail ?? '')?.[0]];
  };
  const UNKNOWN = [401, 'This token is not known: it is signed with none of the keys of the identity provider.'];

  it('a token lets in, with the scopes of the stage, by a name that no key has', async () => {
    const call = instance();
    const token = await signToken(key, provider.issuer);
    expect(await call(token, 'POST')).toMatchObject({ status: 201, body: { recordedBy: 'oidc:alice' } });
    expect(lines.at(-1)).toMatchObject({ principal: 'oidc:alice' });
    expect((await call(token, 'GET', '/hello/alice')).body.detail).toBe(
      'This needs the scope people; "oidc:alice" has record, read.',
    );
    // The claims are in no line.
    expect(JSON.stringify(lines)).not.toContain('example.com');
  });

  it.each([
    ['of another audience', { aud: 'somebody' }, 'This token is for another audience than "rollcall".'],
    [
      'of several, made for another',
      { aud: ['rollcall', 'x'], azp: 'x' },
      'This token is for another audience than "rollcall".',
    ],
    ['of another issuer', { iss: 'https://evil.example' }, 'This token is of another identity provider.'],
    ['without an end', { exp: undefined }, 'This token has no claim exp that makes sense.'],
    ['without a subject', { sub: undefined }, 'This token has no claim sub that makes sense.'],
    ['with an empty subject', { sub: '' }, 'This token has no subject that can be written down.'],
    ['with a subject that is no ASCII', { sub: 'a\u202eb' }, 'This token has no subject that can be written down.'],
    [
      'with a subject that is too long',
      { sub: 'a'.repeat(256) },
      'This token has no subject that can be written down.',
    ],
  ])('a token %s does not', async (_, claims, reason) => {
    expect(await told(instance(), await signToken(key, provider.issuer, claims))).toEqual([401, reason]);
  });

  it('a token for several is taken if it was made for us', async () => {
    const token = await signToken(key, provider.issuer, { aud: ['rollcall', 'x'], azp: 'rollcall' });
    expect((await instance()(token)).status).toBe(200);
  });

  it('a token is good a minute before it begins and after it ends, as clocks are, and no longer', async () => {
    const call = instance();
    const at = Math.floor(now / 1000);
    const token = await signToken(key, provider.issuer, { iat: at, nbf: at, exp: at + 600 });
    const statusAt = async (second: number) => {
      now = (at + second) * 1000;
      return told(call, token);
    };
    // Whether it has been seen before or not.
    for (let time = 0; time < 2; time++) {
      expect(await statusAt(-61)).toEqual([401, 'This token is not good yet.']);
      expect((await statusAt(-60))[0]).toBe(200);
      expect((await statusAt(300))[0]).toBe(200);
      expect((await statusAt(659))[0]).toBe(200);
      expect(await statusAt(660)).toEqual([401, 'This token has expired.']);
    }
  });

  it('a token that is not signed, or with what everybody knows, is none', async () => {
    const call = instance();
    const [, payload = ''] = (await signToken(key, provider.issuer)).split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const publicText = await exportSPKI(key.publicKey);
    const publicJwk = JSON.stringify(await exportJWK(key.publicKey));
    const forged = [
      ...['none', 'None', 'NONE', ''].map((alg) => `${encode({ alg, kid: 'one' })}.${payload}.`),
      `${encode({ kid: 'one' })}.${payload}.`,
      ...[publicText, publicText.trim(), publicJwk].flatMap((secret) =>
        [{ alg: 'HS256', kid: 'one' }, { alg: 'HS256' }].map((header) => {
          const body = `${encode(header)}.${payload}`;
          return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
        }),
      ),
    ];
    for (const token of forged) expect(await told(call, token), token.slice(0, 60)).toEqual(UNKNOWN);
  });

  it('a token of somebody else with the same id of a key is none, nor is one that brings its key along', async () => {
    const call = instance();
    const jwk = await exportJWK(stranger.publicKey);
    for (const header of [{}, { jwk }, { jku: 'https://evil.example/jwks' }, { x5u: 'https://evil.example' }]) {
      expect(await told(call, await signToken(stranger, provider.issuer, {}, header))).toEqual(UNKNOWN);
    }
    const good = await signToken(key, provider.issuer);
    for (let at = 0; at < good.length; at += 7) {
      const changed = `${good.slice(0, at)}${good[at] === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`;
      expect((await call(changed)).status, `changed at ${at}`).toBe(401);
    }
  });

  it('whoever the provider knows is let in only if each claim is as the stage wants it', async () => {
    const call = instance({ ...provider.config, allow: { email: '*@example.com', groups: 'ops', verified: 'true' } });
    const status = async (claims: object) => told(call, await signToken(key, provider.issuer, { ...claims }));
    const refusedFor = (claim: string) => [
      403,
      `The identity provider vouches for "oidc:alice", who is not let in here: the claim "${claim}" is not as it must be.`,
    ];
    expect((await status({ groups: ['dev', 'ops'], verified: true }))[0]).toBe(200);
    expect(await status({ groups: ['dev'], verified: true })).toEqual(refusedFor('groups'));
    expect(await status({ groups: 'ops', verified: false })).toEqual(refusedFor('verified'));
    expect(await status({ groups: 'ops' })).toEqual(refusedFor('verified'));
    for (const email of ['a@example.com.evil.example', 'a@example-com', 'a@exampleXcom', undefined, null, {}]) {
      expect(await status({ groups: 'ops', verified: true, email })).toEqual(refusedFor('email'));
    }
  });

  it('a pattern means what it says: an asterisk is any text, and nothing else is special', async () => {
    const call = instance({ ...provider.config, allow: { sub: 'repo:acme/(x)+[y].*:ref:refs/heads/main' } });
    const statusOf = async (sub: string) => (await call(await signToken(key, provider.issuer, { sub }))).status;
    expect(await statusOf('repo:acme/(x)+[y].z:ref:refs/heads/main')).toBe(200);
    expect(await statusOf('repo:acme/xx:ref:refs/heads/main')).toBe(403);
    expect(await statusOf('repo:acme/(x)+[y].z:ref:refs/heads/main2')).toBe(403);
  });

  it('when the provider takes other keys, those count once they are fetched, and the old ones no more', async () => {
    const call = instance();
    const next = await createSigningKey('two', 'ES256');
    const [old, fresh] = await Promise.all([key, next].map((one) => signToken(one, provider.issuer)));
    expect((await call(old ?? '')).status).toBe(200);
    expect(await told(call, fresh ?? '')).toEqual(UNKNOWN);
    await provider.useKeys(next, key);
    await refresh();
    now += 2_000;
    expect([(await call(fresh ?? '')).status, (await call(old ?? '')).status]).toEqual([200, 200]);
    await provider.useKeys(next);
    await refresh();
    // What was verified before is not remembered for longer than the keys are believed.
    expect((await call(old ?? '')).status).toBe(200);
    now += 30_000;
    expect(await told(call, old ?? '')).toEqual(UNKNOWN);
    expect((await call(fresh ?? '')).status).toBe(200);
  });

  it('while the provider is down, or answers rubbish, the keys of yesterday hold', async () => {
    const call = instance();
    const token = await signToken(key, provider.issuer, { exp: Math.floor(now / 1000) + 200_000 });
    for (const fails of [
      (_: unknown, response: { destroy: () => void }) => response.destroy(),
      (_: unknown, response: { end: (text: string) => void }) => response.end('<html>'),
    ]) {
      provider.answerWith(fails);
      await expect(refresh()).rejects.toThrow();
      now += 86_400_000;
      expect((await call(token)).status).toBe(200);
    }
  });

  it('before its keys were ever fetched, nobody is blamed: 503', async () => {
    const call = instance({ ...provider.config, issuer: 'https://elsewhere.example' });
    const { status, body } = await call(await signToken(key, provider.issuer));
    expect([status, body.detail]).toEqual([
      503,
      'The keys of the identity provider are not known yet; try again in a minute.',
    ]);
  });

  it('a busy instance reads twice a minute at most, and ids of keys that there are not make it read every two seconds', async () => {
    const call = instance();
    const token = await signToken(key, provider.issuer, { exp: Math.floor(now / 1000) + 10_000 });
    // Refused before anything else is read.
    const reads = () => lines.filter(({ readUnits }) => readUnits !== undefined).length;
    const put = (text: string) => call(text, 'PUT', '/hello/alice');
    for (let request = 0; request < 120; request++) {
      expect((await put(token)).status).toBe(403);
      now += 500;
    }
    expect(reads()).toBe(2);
    lines = [];
    const asked = provider.asked.length;
    const unknown = await Promise.all(
      Array.from({ length: 50 }, (_, at) => signToken(stranger, provider.issuer, {}, { kid: `guess${at}` })),
    );
    for (const one of unknown) expect((await put(one)).status).toBe(401);
    expect(reads()).toBeLessThanOrEqual(1);
    // Nor does anybody make us ask the provider.
    expect(provider.asked.length).toBe(asked);
  });

  it('what looks like a token is refused, whatever it is: nothing fails', { timeout: 300_000 }, async () => {
    const call = instance();
    const good = await signToken(key, provider.issuer);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const part = fc.oneof(
      fc.base64String().map((text) => text.replaceAll(/[+/=]/g, '')),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
      fc
        .record({ alg: fc.string(), kid: fc.oneof(fc.string(), fc.constant('one')) })
        .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
      fc.constantFrom(header, payload, signature),
    );
    await fc.assert(
      fc.asyncProperty(fc.tuple(part, part, part), async (parts) => {
        const token = parts.join('.');
        fc.pre(token !== good);
        expect((await call(token)).status).toBe(401);
      }),
      { numRuns: 10_000 },
    );
  });
});
