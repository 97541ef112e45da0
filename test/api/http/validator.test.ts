import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const PAGES = [
  ['/openapi.json', '*/*'],
  ['/', 'text/html'],
  ['/', 'text/plain'],
  ['/docs', 'text/html'],
  ['/assets/style.0123456789.css', '*/*'],
] as const;

describe.each([
  { front: 'alb', cdn: false },
  { front: 'alb', cdn: true },
  { front: 'http-api', cdn: true },
] as const)('what is the same for everybody, behind $front, CloudFront before it: $cdn', (options) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, options);
  });
  afterAll(() => server.close());

  const ask = (method: string, path: string, headers: Record<string, string>) => server.send(method, path, { headers });
  const tagOf = async (path: string, accept: string) => String((await ask('GET', path, { accept })).headers.etag);

  it.each(PAGES)('%s as %s has a tag, by which it is not sent again', async (path, accept) => {
    const first = await ask('GET', path, { accept });
    const etag = String(first.headers.etag);
    expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"[\w-]{22}"$/)]);
    for (const known of [etag, `W/${etag}`, `"x", W/"y" ,${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const again = await ask(method, path, { accept, 'if-none-match': known });
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
        expect(again.headers['cache-control']).toBe(first.headers['cache-control']);
        expect(again.headers).not.toHaveProperty('content-type');
      }
    }
  });

  it.each(PAGES)('%s as %s is sent to who has another version, or says nothing that is a tag', async (path, accept) => {
    const etag = await tagOf(path, accept);
    for (const known of ['"x"', 'W/"x"', etag.replaceAll('"', ''), '', '"*"', etag.toUpperCase()]) {
      const reply = await ask('GET', path, { accept, 'if-none-match': known });
      expect([reply.status, reply.headers.etag]).toEqual([200, etag]);
    }
    expect((await ask('HEAD', path, { accept })).headers.etag).toBe(etag);
  });

  it('has another tag in another form, and for another host', async () => {
    const [page, text] = [await tagOf('/', 'text/html'), await tagOf('/', 'text/plain')];
    const other = await ask('GET', '/', { accept: 'text/html', host: 'other.example' });
    expect(new Set([page, text, other.headers.etag]).size).toBe(3);
  });
});
