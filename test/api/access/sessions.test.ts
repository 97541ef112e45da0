import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps } from '../../../lambda/api/deps.ts';
import { routes } from '../../../lambda/api/routes.ts';
import { createKey } from '../../../lambda/core/access/key.ts';
import { SCOPES } from '../../../lambda/core/access/principal.ts';
import { SESSION_SECONDS, sealSession } from '../../../lambda/core/access/session.ts';
import { CACHED_PATHS } from '../../../lambda/core/cdn-policy.ts';
import { FRONTS } from '../../../local/fronts/fronts.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { bearer, createTestGate } from '../../support/keys.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED, unreachableEnv } from '../../support/stores.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const OWN = { 'sec-fetch-site': 'same-origin' };
const PAGE = { accept: 'text/html,*/*;q=0.8' };
const formOf = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
/** The header in which a browser sends back what it was told to keep. */
const cookieOf = (header: string | readonly string[] | undefined) => ({
  cookie: [header]
    .flat()
    .map((line = '') => line.split(';')[0])
    .join('; '),
});
const fronts = FRONTS.flatMap((front) => [false, true].map((cdn) => ({ front, cdn })));

describe.each(fronts)('behind $front, CloudFront before it: $cdn', ({ front, cdn }) => {
  let now = 1_000_000_000_000;
  const gate = createTestGate(() => now);
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { front, cdn, access: 'keys', deps: { gate } });
  });
  afterAll(() => server.close());

  const enter = (fields: Record<string, string>, headers = {}) =>
    server.send('POST', '/sign-in', { headers: { ...FORM, ...OWN, ...PAGE, ...headers }, body: formOf(fields) });
  async function signIn(key: string) {
    const { status, headers } = await enter({ key });
    expect(status).toBe(303);
    return cookieOf(headers['set-cookie']);
  }
  const list = async (cookie: object) => (await server.send('GET', '/app', { headers: { ...cookie } })).status;

  it('a key begins a session, in a cookie that no script and no other site gets hold of', async () => {
    const { status, headers } = await enter({ key: ` ${gate.add({ name: 'alice' })}\n`, next: '/app?limit=5' });
    expect([status, headers.location, headers['cache-control']]).toEqual([303, '/app?limit=5', 'no-store']);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-rollcall=key\.[\w-]+\.\d+\.[\w-]{43}; Path=\/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const cookie = cookieOf(headers['set-cookie']);
    expect(await list(cookie)).toBe(200);
    expect(server.lines.at(-1)).toMatchObject({ status: 200, principal: 'alice' });
    const recorded = await server.send('POST', '/app', { headers: { ...cookie, ...OWN, accept: 'application/json' } });
    expect(JSON.parse(recorded.text)).toMatchObject({ recordedBy: 'alice' });
  });

  it('a key that is none is told so on the page, which goes on to where somebody wanted to go', async () => {
    for (const [key, problem] of [
      ['rc_x', 'This is no key'],
      [createKey().text, 'This key is not known.'],
      [gate.add({ revokedAt: 1 }), 'was revoked'],
    ] as const) {
      const { status, text, headers } = await enter({ key, next: '/app?limit=5' });
      expect([status, headers['set-cookie'], headers['www-authenticate']]).toEqual([
        401,
        undefined,
        'Bearer realm="rollcall"',
      ]);
      expect(text).toContain(problem);
      expect(text).toContain('name="next" value="/app?limit=5"');
      expect(text).not.toContain(key);
    }
  });

  it('nobody is led elsewhere', async () => {
    for (const next of ['//evil.example', '/\\evil.example', '/\t/evil.example', 'https://evil.example']) {
      expect((await enter({ key: gate.add(), next })).headers.location).toBe('/');
      const { text } = await server.send('GET', `/sign-in?next=${encodeURIComponent(next)}`, { headers: PAGE });
      expect(text).toContain('name="next" value="/"');
      expect(text).not.toContain('evil.example');
    }
  });

  it('a session does what its key may, and no more', async () => {
    const reader = await signIn(gate.add({ name: 'reader', scopes: ['read'] }));
    const post = (cookie: object, query = '') =>
      server.send('POST', `/app${query}`, { headers: { ...cookie, ...OWN } });
    expect([await list(reader), (await post(reader)).status]).toEqual([200, 403]);
    const backup = await signIn(gate.add({ name: 'backups', sources: ['backup-*'] }));
    expect((await post(backup, '?source=other')).status).toBe(403);
    expect((await post(backup, '?source=backup-1')).status).toBe(201);
  });

  it('a session ends with its key, and after eight hours', async () => {
    const key = gate.add();
    const id = key.slice(3, 11);
    const cookie = await signIn(key);
    now += SESSION_SECONDS * 1000 - 1_000;
    expect(await list(cookie)).toBe(200);
    now += 1_000;
    expect(await list(cookie)).toBe(401);
    const again = await signIn(key);
    const stored = gate.keys.get(id);
    if (stored === undefined) throw new Error('no key');
    for (const [change, status] of [
      [{ revokedAt: 1 }, 401],
      [{ expiresAt: now / 1000 }, 401],
      [{ scopes: [] as string[] }, 403],
      [{}, 200],
      // Another key under the same id, which nobody makes.
      [{ hash: createKey().hash }, 401],
    ] as const) {
      gate.keys.set(id, { ...stored, ...change });
      expect(await list(again)).toBe(status);
    }
    gate.keys.delete(id);
    expect(await list(again)).toBe(401);
  });

  it('what a page of another address makes a browser send changes nothing', async () => {
    const cookie = await signIn(gate.add());
    const { host } = new URL(server.origin);
    for (const method of ['POST /app', 'PUT /hello/alice', 'DELETE /hello/alice']) {
      const [verb = '', path = ''] = method.split(' ');
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
        // A browser says one or the other.
        {},
      ]) {
        const { status } = await server.send(verb, path, { headers: { ...cookie, ...headers } });
        expect(status, JSON.stringify([method, headers])).toBe(403);
      }
    }
    expect((await server.send('POST', '/app', { headers: { ...cookie, origin: `http://${host}` } })).status).toBe(201);
    // Nor does it sign anybody in or out.
    const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await enter({ key: gate.add() }, elsewhere)).status).toBe(403);
    expect((await server.send('POST', '/sign-out', { headers: elsewhere })).status).toBe(403);
  });

  it('whoever signs out is nobody again', async () => {
    const { status, headers } = await server.send('POST', '/sign-out', { headers: { ...OWN, ...PAGE } });
    expect([status, headers.location]).toEqual([303, '/sign-in']);
    expect(headers['set-cookie']).toEqual(['__Host-rollcall=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax']);
    expect(await list(cookieOf(headers['set-cookie']))).toBe(401);
  });

  it('a person who wants a page signs in first, and comes back; a program is told', async () => {
    const { status, headers } = await server.send('GET', '/app?source=a%26b&limit=5', { headers: PAGE });
    expect([status, headers.location]).toEqual([303, '/sign-in?next=%2Fapp%3Fsource%3Da%2526b%26limit%3D5']);
    expect(headers['cache-control']).toBe('no-store');
    const page = await server.send('GET', headers.location ?? '', { headers: PAGE });
    expect(page.text).toContain('name="next" value="/app?source=a%26b&amp;limit=5"');
    const stale = { cookie: `__Host-rollcall=${sealSession({ kind: 'key', subject: 'x', expiresAt: 1 }, 'x')}` };
    expect((await server.send('HEAD', '/app', { headers: { ...PAGE, ...stale } })).status).toBe(303);
    for (const [method, more] of [
      ['GET', { accept: '*/*' }],
      ['GET', { accept: 'application/json' }],
      ['GET', { ...PAGE, ...bearer(createKey().text) }],
      ['POST', { ...PAGE, ...OWN }],
    ] as const) {
      expect((await server.send(method, '/app', { headers: more })).status).toBe(401);
    }
  });

  it('a browser is asked for no password: it has a page for that', async () => {
    const challenge = async (headers: object) =>
      (await server.send('POST', '/app', { headers: { ...headers } })).headers['www-authenticate'];
    expect(await challenge(OWN)).toBe('Bearer realm="rollcall"');
    expect(await challenge({})).toContain('Basic');
  });

  it('every page says who is signed in, and lets them sign out; one that is kept asks', async () => {
    const cookie = await signIn(gate.add({ name: 'carol' }));
    const corner =
      '<form class="who" method="post" action="/sign-out"><span>carol</span><button>Sign out</button></form>';
    for (const path of ['/app', '/hello/nobody', '/sign-in', '/app?limit=0']) {
      expect((await server.send('GET', path, { headers: { ...PAGE, ...cookie } })).text, path).toContain(corner);
    }
    for (const path of CACHED_PATHS.filter((one) => one === '/' || one === '/docs')) {
      const [known, nobody] = await Promise.all(
        [cookie, {}].map((more) => server.send('GET', path, { headers: { ...PAGE, ...more } })),
      );
      expect(known?.text).toContain('data-who');
      expect(known?.text).toBe(nobody?.text);
    }
    const who = async (more: object) =>
      JSON.parse((await server.send('GET', '/sign-in', { headers: { ...more } })).text);
    expect([await who(cookie), await who({})]).toEqual([{ name: 'carol' }, { name: null }]);
    // Whoever shows a key has nothing to sign out of.
    const shown = await server.send('GET', '/app', { headers: { ...PAGE, ...bearer(gate.add({ name: 'dave' })) } });
    expect(shown.text).toContain('<span>dave</span></form>');
  });

  it('what somebody says of themselves counts more than what their browser adds', async () => {
    const cookie = await signIn(gate.add());
    expect((await server.send('GET', '/app', { headers: { ...cookie, ...bearer(createKey().text) } })).status).toBe(
      401,
    );
    await server.send('GET', '/app', { headers: { ...cookie, ...bearer(gate.add({ name: 'shown' })) } });
    expect(server.lines.at(-1)).toMatchObject({ principal: 'shown' });
  });
});

describe.each(FRONTS)('CloudFront that keeps pages, before %s', (front) => {
  it('gives nobody what was answered to somebody who had signed in, and keeps no way to sign in', async () => {
    const gate = createTestGate();
    const server = await startServer(EMBEDDED, {
      front,
      cdn: true,
      access: 'keys',
      cacheSeconds: 3600,
      deps: { gate },
    });
    const sign = async (name: string) => {
      const body = formOf({ key: gate.add({ name }) });
      return cookieOf(
        (await server.send('POST', '/sign-in', { headers: { ...FORM, ...OWN }, body })).headers['set-cookie'],
      );
    };
    const who: Record<string, object> = {
      alice: await sign('alice'),
      bob: await sign('bob'),
      nobody: {},
      other: { cookie: 'a=1; b=2' },
    };
    const pages = routes.filter(({ method }) => method === 'GET').map(({ path }) => path);
    for (const path of pages) {
      const address = path
        .replace('{name}', 'style.0123456789.css')
        .replace('{username}', 'alice')
        .replace('{id}', 'x');
      for (const accept of ['text/html', 'application/json']) {
        for (const name of ['alice', 'nobody', 'bob', 'other', 'alice', 'bob', 'nobody']) {
          const { text, headers, status } = await server.send('GET', address, { headers: { accept, ...who[name] } });
          const isKept = CACHED_PATHS.includes(path);
          if (!isKept || [303, 401, 403].includes(status))
            expect(headers['x-cache'], `${path} of ${name}`).not.toMatch(/^Hit/);
          const others = ['<span>alice</span>', '<span>bob</span>'].filter((one) => one !== `<span>${name}</span>`);
          for (const other of others) expect(text, `${path} of ${name}`).not.toContain(other);
          if (isKept) expect(text).not.toContain(`<span>${name}`);
          expect(headers).not.toHaveProperty('set-cookie');
        }
      }
    }
    await server.close();
  });
});

it('sends no cookie but the session to what stands behind CloudFront, and none for a page that is kept', async () => {
  const { originHeaders } = await import('../../../local/fronts/cloudfront.ts');
  const hop = { body: Buffer.alloc(0), peer: '203.0.113.9', peerPort: 1, random: '0' };
  const rawHeaders = ['Host', 'h', 'Cookie', 'a=1; __Host-rollcall=s; __Host-rollcall-state=t', 'Cookie', 'b=2'];
  const sent = (target: string, withCredentials: boolean) =>
    originHeaders({ method: 'GET', target, httpVersion: '1.1', rawHeaders }, hop, {
      host: 'o',
      secret: 's',
      withCredentials,
    })
      .filter(([name]) => name === 'Cookie')
      .map(([, value]) => value);
  expect(sent('/app', true)).toEqual(['__Host-rollcall=s']);
  expect(sent('/sign-in?next=/', true)).toEqual(['__Host-rollcall=s; __Host-rollcall-state=t']);
  for (const target of ['/', '/docs', '/assets/x', '/openapi.json']) expect(sent(target, true)).toEqual([]);
  expect(sent('/app', false)).toEqual([]);
});

describe('by plain HTTP, to another host than the machine of the browser', () => {
  it('nobody signs in: browsers would not keep it, and everybody on the way could read the key', async () => {
    const gate = createTestGate();
    const server = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
    const headers = { ...FORM, host: 'rollcall.example' };
    const page = await server.send('GET', '/sign-in', { headers: { ...PAGE, ...headers } });
    expect(page.text).toContain('This address is one of plain HTTP');
    expect(page.text).not.toContain('<form method="post" action="/sign-in"');
    const sent = await server.send('POST', '/sign-in', { headers, body: formOf({ key: gate.add() }) });
    expect([sent.status, sent.headers['set-cookie']]).toEqual([400, undefined]);
    await server.close();
  });
});

describe('in an open stage', () => {
  it('nobody signs in, and no page asks who it is', async () => {
    const server = await startServer(EMBEDDED);
    for (const [method, path] of [
      ['GET', '/sign-in'],
      ['POST', '/sign-in'],
      ['POST', '/sign-out'],
    ] as const) {
      const { status, text } = await server.send(method, path, { headers: OWN });
      expect([status, JSON.parse(text).detail]).toEqual([404, 'Nobody needs to sign in here: this answers everybody.']);
    }
    for (const path of ['/', '/app', '/docs', '/nothing']) {
      expect((await server.send('GET', path, { headers: PAGE })).text).not.toContain('class="who"');
    }
    await server.close();
  });
});

describe('a cookie', () => {
  const gate = createTestGate();
  gate.add();
  const invoke = createInvoker({ handler: createApp({ ...createDeps(unreachableEnv()), gate, log: () => {} }) });

  it('that makes no sense is refused, whatever it is: nothing fails', { timeout: 300_000 }, async () => {
    const [id = ''] = gate.keys.keys();
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
    const value = fc.oneof(
      text,
      fc.tuple(fc.constantFrom('key', 'provider', 'Key', ''), text, text, text).map((parts) => parts.join('.')),
      fc
        .record({ subject: fc.constantFrom(id, 'x', '', '../x'), expiresAt: fc.constantFrom(1, 99_999_999_999) })
        .map((shown) => sealSession({ kind: 'key', ...shown }, 'another secret')),
    );
    const cookie = fc.oneof(
      text,
      value.map((one) => `__Host-rollcall=${one}`),
      fc.tuple(value, value).map(([a, b]) => `x=y; __Host-rollcall=${a}; __Host-rollcall=${b}`),
      fc.nat({ max: 8000 }).map((length) => `__Host-rollcall=${'a'.repeat(length)}`),
    );
    await fc.assert(
      fc.asyncProperty(cookie, async (sent) => {
        const event = { httpMethod: 'GET', path: '/app', headers: { cookie: sent } };
        expect(JSON.parse(await invoke(JSON.stringify(event))).statusCode).toBe(401);
      }),
      { numRuns: 100_000 },
    );
  });
});

it('a session holds no scope: what a key may counts, when it is used', () => {
  expect(SCOPES.some((scope) => sealSession({ kind: 'key', subject: 'x', expiresAt: 1 }, 's').includes(scope))).toBe(
    false,
  );
});
