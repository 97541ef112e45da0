import { exportJWK } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeps, type Deps } from '../../../lambda/api/deps.ts';
import { routes } from '../../../lambda/api/routes.ts';
import { createKey } from '../../../lambda/core/access/key.ts';
import { FRONTS } from '../../../local/fronts/fronts.ts';
import { STAGES } from '../../lib/requirements/expected.ts';
import { createTestGate } from '../../support/keys.ts';
import { CLIENT, createSigningKey, signToken } from '../../support/provider.ts';
import { startServer } from '../../support/server.ts';
import { EMBEDDED, NOWHERE } from '../../support/stores.ts';
import { synthesise } from '../../support/synth.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'];
let asked = 0;
/** What is asked for by turns: each address is asked in each form, by some credential or other. */
const nextType = () => TYPES[asked++ % TYPES.length] ?? '';

/** All that this process writes. */
const written: string[] = [];
beforeEach(() => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array) => {
      written.push(String(chunk));
      return write(chunk);
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const keyOfProvider = await createSigningKey('one');
const issuer = 'https://login.example.com';
const jwks = JSON.stringify({ keys: [{ kid: 'one', ...(await exportJWK(keyOfProvider.publicKey)) }] });
const provider = {
  sk: 'oidc' as const,
  issuer,
  jwks,
  fetchedAt: 0,
  sessionSecret: 'the-secret-of-all-sessions-of-people',
};
const plainGate = createTestGate();
const gate = {
  ...plainGate,
  oidc: JSON.stringify({ issuer, clientId: CLIENT, allow: { email: '*@example.com' }, scopes: ['record', 'read'] }),
  keyRing: { ...plainGate.keyRing, provider: async () => provider },
};
/** Whom the function lets in, whom it does not any more, and what only looks as if. */
const SECRETS = {
  good: gate.add(),
  limited: gate.add({ scopes: [] }),
  'for another source': gate.add({ sources: ['nobody'] }),
  revoked: gate.add({ revokedAt: 1 }),
  unknown: createKey().text,
  mistyped: `${createKey().text.slice(0, -1)}_`,
  'a good token': await signToken(keyOfProvider, issuer),
  'a token that is not let in': await signToken(keyOfProvider, issuer, { email: 'an-address@of-somebody.example' }),
  'a token for others': await signToken(keyOfProvider, issuer, { aud: 'others' }),
  token: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLWEtdG9rZW4',
} as const;
const COOKIES = {
  another: 'session=a-cookie-that-nobody-else-may-see',
  forged: '__Host-rollcall=key.eA.99999999999.a-code-that-nobody-of-us-has-made-of-anything',
  good: '',
};

/** What of a secret may not be seen: the id of a key is no part of it. */
const hidden = (secret: string) => (secret.startsWith('rc_') ? secret.slice(11, -7) : secret.slice(-20));
const broken = (deps: Deps): Partial<Deps> => ({ timestamps: deps.timestamps, people: deps.people });

describe.each(FRONTS.flatMap((front) => [false, true].map((cdn) => ({ front, cdn }))))(
  'behind $front, CloudFront before it: $cdn',
  ({ front, cdn }) => {
    it('nothing that shows who somebody is comes out: not in answers, nor in logs, whatever goes wrong', async () => {
      const server = await startServer(EMBEDDED, { front, cdn, access: 'keys', deps: { gate } });
      const { env } = server;
      const noTables = broken(createDeps({ ...env, tables: { ...env.tables, timestamps: 'None', people: 'None' } }));
      const noStore = broken(createDeps({ ...env, dynamodbEndpoint: NOWHERE }));
      const failing = await Promise.all(
        [noTables, noStore].map((deps) =>
          startServer(EMBEDDED, { front, cdn, access: 'keys', deps: { ...deps, gate } }),
        ),
      );
      const out: string[] = [];
      const form = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
      // The identity provider's answer to a sign-in that nobody began.
      for (const accept of ['text/html', 'application/json']) {
        const body = new URLSearchParams({
          id_token: SECRETS['a good token'],
          state: 'a-state-that-was-never-given',
        }).toString();
        const reply = await server.send('POST', '/sign-in', { headers: { ...form, accept }, body });
        expect(reply.status).toBe(401);
        out.push(reply.text, JSON.stringify(reply.headers));
      }
      const entered = await server.send('POST', '/sign-in', { headers: form, body: `key=${SECRETS.good}` });
      const [session = ''] = /__Host-rollcall=[^;]+/.exec(String(entered.headers['set-cookie'])) ?? [];
      expect(session.length).toBeGreaterThan(40);
      const cookies = { ...COOKIES, good: session };
      for (const cookie of Object.values(cookies)) {
        for (const { method, path } of routes) {
          if (method === 'DELETE') continue;
          const address = path.replace('{username}', 'alice').replace(/\{\w+\}/, 'x');
          for (const { send } of [server, ...failing]) {
            const accept = nextType();
            const headers = { ...form, cookie, accept };
            const { text, headers: answered } = await send(method, address, {
              headers: method === 'PUT' ? { ...headers, 'content-type': 'application/json' } : headers,
              body: path === '/sign-in' && method === 'POST' ? `key=${SECRETS.unknown}` : '',
            });
            // Who begins a session is given it.
            const { 'set-cookie': _, ...others } = answered;
            out.push(text, JSON.stringify(others));
          }
        }
      }
      for (const [what, secret] of Object.entries(SECRETS)) {
        const basic = `Basic ${Buffer.from(`someone:${secret}`).toString('base64')}`;
        for (const authorization of [`Bearer ${secret}`, basic, secret]) {
          for (const { method, path } of routes) {
            const address = path.replace('{username}', 'alice').replace(/\{\w+\}/, 'x');
            for (const { send } of what.includes('good') ? [server, ...failing] : [server]) {
              const accept = nextType();
              const { text, headers } = await send(method, address, {
                headers: { authorization, cookie: COOKIES.another, accept, 'content-type': 'application/json' },
                body: method === 'PUT' ? '{"dateOfBirth":"1990-05-17"}' : '',
              });
              out.push(text, JSON.stringify(headers));
            }
          }
        }
        // A key that stands where none belongs is not said back, either.
        const wrong = { authorization: `Bearer ${SECRETS.good}`, accept: 'application/json' };
        if (!secret.startsWith('rc_')) continue;
        for (const reply of [
          await server.send('GET', `/app?key=${secret}`, { headers: wrong }),
          await server.send('GET', `/app?${secret}`, { headers: wrong }),
          await server.send('GET', `/hello/${secret}`, { headers: wrong }),
          await server.send('GET', `/${secret}`, { headers: wrong }),
          await server.send('POST', '/app', { headers: wrong, body: JSON.stringify({ key: secret }) }),
          await server.send('POST', '/app', { headers: { ...wrong, 'idempotency-key': `${secret}, ${secret}` } }),
        ]) {
          expect(reply.status).toBeGreaterThanOrEqual(400);
          out.push(reply.text, JSON.stringify(reply.headers));
        }
      }
      const all = [server, ...failing];
      const logged = all.flatMap(({ lines, refusals }) => [...lines.map((line) => JSON.stringify(line)), ...refusals]);
      for (const { close } of all) await close();

      const everything = [...out, ...logged, ...written].join('\n');
      expect(everything).toContain('"principal":"tester"');
      expect(everything).toContain('"level":"ERROR"');
      for (const [what, secret] of Object.entries(SECRETS)) {
        expect(everything.includes(hidden(secret)), what).toBe(false);
        const encoded = Buffer.from(`someone:${secret}`).toString('base64');
        expect(everything.includes(encoded.slice(20, -4)), `${what}, in base64`).toBe(false);
      }
      for (const text of [provider.sessionSecret, 'an-address@', 'alice@example'])
        expect(everything).not.toContain(text);
      for (const { hash } of gate.keys.values()) expect(everything.includes(hash)).toBe(false);
      for (const [what, cookie] of Object.entries(cookies))
        expect(everything.includes(cookie.slice(-30)), what).toBe(false);
    });
  },
);

it.each(STAGES)('no template of $stage has anything that looks like a key', async ({ stage }) => {
  expect(JSON.stringify(await synthesise({}, stage))).not.toMatch(/rc_[0-9A-Za-z]{46}/);
});
