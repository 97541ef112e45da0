import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestGate } from '../../support/keys.ts';
import { type RequestOptions, startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

describe('a ping, as clients of Healthchecks send it', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
  });
  afterAll(() => server.close());

  const last = async (source: string) => {
    const { text } = await server.send('GET', `/app?source=${source}&limit=1&format=json`);
    return JSON.parse(text).items[0];
  };

  it.each([
    ['/start', { state: 'start' }],
    ['/fail', { state: 'fail' }],
    ['/log', { state: 'log' }],
    ['/0', { exit: 0 }],
    ['/255', { exit: 255 }],
    ['?rid=1f2e', { run: '1f2e' }],
    ['/start?rid=1f2e&create=1', { state: 'start', run: '1f2e' }],
  ])('with %s is a record that says so, by GET, HEAD and POST', async (rest, said) => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const source = `s-${method}${rest.replaceAll(/[^a-z0-9]/g, '-')}`;
      const { status, text, headers } = await server.send(method, `/ping/${source}${rest}`);
      expect([status, text, headers['cache-control']]).toEqual([200, method === 'HEAD' ? '' : 'OK', 'no-store']);
      expect(await last(source)).toMatchObject({ source, ...said });
    }
  });

  it('without anything more is a success', async () => {
    await server.send('GET', '/ping/plain');
    const record = await last('plain');
    expect(record).toMatchObject({ source: 'plain' });
    for (const field of ['state', 'exit', 'run', 'note']) expect(record).not.toHaveProperty(field);
  });

  it('keeps the beginning of its body as the note, whatever it is', async () => {
    const note = async (body: string | Uint8Array) => {
      const { status } = await server.send('POST', '/ping/noted', {
        headers: { 'content-type': 'application/octet-stream' },
        body,
      });
      expect(status).toBe(200);
      return (await last('noted')).note;
    };
    expect(await note('  done: 48 tables\n')).toBe('done: 48 tables');
    expect(await note(new Uint8Array([0x61, 0x1b, 0xff, 0x62]))).toBe('a??b');
    expect(await note('x'.repeat(100_000))).toBe('x'.repeat(1024));
    expect(await note(`${'x'.repeat(1023)}é`)).toBe('x'.repeat(1023));
    expect(await note('')).toBeUndefined();
  });

  it('is taken with any body that there is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (body) => {
        expect((await server.send('POST', '/ping/any', { body })).status).toBe(200);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['/ping/a%20b', 'source', 'path'],
    ['/ping/a/done', 'signal', 'path'],
    ['/ping/a/256', 'signal', 'path'],
    ['/ping/a/constructor', 'signal', 'path'],
    ['/ping/a?rid=x%20y', 'rid', 'query'],
  ])('is refused at %s with the name of what is wrong', async (path, field, place) => {
    const { status, text } = await server.send('GET', path);
    expect([status, JSON.parse(text).errors[0]]).toMatchObject([400, { field, in: place }]);
  });

  it.each<[string, RequestOptions['headers']]>([
    ['the preview of a chat', { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }],
    ['the preview of another chat', { 'user-agent': 'WhatsApp/2.23.20.0' }],
    ['a crawler', { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['a browser that fetches in advance', { 'sec-purpose': 'prefetch' }],
    ['an image on a page of somebody else', { 'sec-fetch-site': 'cross-site' }],
    ['a script on a page of somebody else', { origin: 'https://elsewhere.example' }],
  ])('is none where it comes of %s', async (_, headers) => {
    for (const method of ['GET', 'HEAD']) {
      expect((await server.send(method, '/ping/preview', { headers: { ...headers } })).status).toBe(403);
    }
    expect(await last('preview')).toBeUndefined();
  });

  it('is one where curl, wget, a browser that somebody sends there, or PowerShell sends it', async () => {
    for (const agent of [
      'curl/8.5.0',
      'Wget/1.21',
      'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
      'runitor/1.2',
      '',
    ]) {
      const { status } = await server.send('GET', '/ping/agents', {
        headers: { 'user-agent': agent, 'sec-fetch-site': 'none' },
      });
      expect([agent, status]).toEqual([agent, 200]);
    }
  });
});

describe('a ping where callers need a key', () => {
  const gate = createTestGate();
  const key = gate.add({ name: 'backup-host', scopes: ['record'], sources: ['backup-*'] });
  const reader = gate.add({ name: 'reader', scopes: ['read'] });
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
  });
  afterAll(() => server.close());

  it.each(['GET', 'HEAD', 'POST'])('may have it in its address, by %s', async (method) => {
    for (const rest of ['backup-1', 'backup-1/start', 'backup-1/3']) {
      expect((await server.send(method, `/ping/${key}/${rest}`)).status).toBe(200);
    }
    const authorization = `Bearer ${key}`;
    for (const rest of ['backup-1', 'backup-1/start']) {
      expect((await server.send(method, `/ping/${rest}`, { headers: { authorization } })).status).toBe(200);
    }
  });

  it('is refused without one, with one that is mistyped, and with one that may not', async () => {
    const status = async (path: string) => (await server.send('GET', path)).status;
    expect(await status('/ping/backup-1')).toBe(401);
    expect(await status(`/ping/${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}/backup-1`)).toBe(401);
    expect(await status(`/ping/${key}/other`)).toBe(403);
    expect(await status(`/ping/${reader}/backup-1`)).toBe(403);
  });

  it('leaves no key in what is logged or answered', async () => {
    const replies = [
      await server.send('GET', `/ping/${key}/backup-1`),
      await server.send('GET', `/ping/${key}/backup-1/nonsense`),
      await server.send('GET', `/ping/backup-1/${key}`),
      await server.send('GET', `/ping/${key}`, { headers: { authorization: `Bearer ${key}` } }),
    ];
    const told = JSON.stringify([server.lines, replies.map(({ text, headers }) => [text, headers])]);
    expect(told).not.toContain(key.slice(3, 20));
    expect(server.lines.map(({ principal }) => principal)).toContain('backup-host');
  });
});
