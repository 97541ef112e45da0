import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../lambda/api/app.ts';
import { ASSETS, readAsset } from '../../../lambda/api/site/read-asset.ts';
import { createInvoker } from '../../../local/invoker.ts';
import { seed } from '../../browser/seed.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const KB = 1024;

describe('a page', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
    await seed(server.deps.timestamps, 100, Date.parse('2026-11-20T22:15:06Z'), (i) => ({
      source: `job-${i % 7}`,
      note: `run ${createHash('md5').update(String(i)).digest('hex').slice(0, 8)} finished after ${i * 37} s`,
    }));
  });
  afterAll(() => server.close());

  const get = (path: string, headers: Record<string, string> = BROWSER) => server.send('GET', path, { headers });

  it('with 100 timestamps is at most 60 KB, and 12 KB compressed', async () => {
    const { text } = await get('/app');
    expect(text.match(/<tr>/g)).toHaveLength(101);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60 * KB);
    expect(gzipSync(text).length).toBeLessThanOrEqual(12 * KB);
    expect(brotliCompressSync(text).length).toBeLessThanOrEqual(12 * KB);
  });

  it('to begin with is at most 15 KB, and 15 KB compressed with all that it loads', async () => {
    const { text } = await get('/');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(15 * KB);
    const loaded = text.match(/\/assets\/[^"]+/g) ?? [];
    const texts = await Promise.all([...new Set(loaded)].map(async (address) => (await get(address)).text));
    // The style sheet, the script, and the icons of good and of bad times.
    expect(texts.length).toBe(4);
    expect(gzipSync([text, ...texts].join('')).length).toBeLessThanOrEqual(15 * KB);
  });

  it('has nothing inline, and loads nothing from elsewhere', async () => {
    for (const path of ['/', '/app', '/docs', '/nothing']) {
      const { text } = await get(path);
      expect(text).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|\sstyle=|javascript:/);
      for (const [, address] of text.matchAll(/(?:src|href)="([^"]*)"/g)) expect(address).toMatch(/^[/?#](?!\/)/);
    }
  });

  describe('its assets', () => {
    const addresses = async () =>
      [...new Set(`${(await get('/')).text}${(await get('/docs')).text}`.match(/\/assets\/[^"]+/g))].toSorted();

    it('are kept for ever, as they are of the files', async () => {
      for (const address of await addresses()) {
        const reply = await get(address, {});
        expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
        const name = ASSETS.find((asset) => asset === address.replace(/^\/assets\/(\w+)\.\w+\./, '$1.'));
        expect(name && readAsset(name)).toBe(reply.text);
      }
      expect(await addresses()).toHaveLength(5);
    });

    it('are there for the pages of another version, but not kept', async () => {
      const reply = await get('/assets/style.0123456789.css', {});
      expect([reply.status, reply.headers['content-type'], reply.headers['cache-control']]).toEqual([
        200,
        'text/css; charset=utf-8',
        'no-store',
      ]);
    });

    it.each([
      'style.css',
      'openapi.0123456789.json',
      'other.0123456789.css',
      '..%2fhandler.0123456789.mjs',
      '__proto__',
    ])('do not include %s', async (name) => {
      expect((await get(`/assets/${name}`, {})).status).toBe(404);
    });
  });

  describe("the filter's form", () => {
    it.each([
      ['', 'source=&from=&to=', '/app'],
      ['a date', 'from=2026-11-20', '/app?from=2026-11-20T00:00:00Z'],
      ['minutes', 'from=2026-11-20T22%3A15&to=', '/app?from=2026-11-20T22:15:00Z'],
      ['seconds', 'source=&to=2026-11-20T22%3A15%3A06.5', '/app?to=2026-11-20T22:15:06.5Z'],
      ['other fields', 'source=a%2Eb&limit=5&from=', '/app?limit=5&source=a.b'],
      ['a time with a zone', 'source=&from=2026-11-20T23:15:00%2B01:00', '/app?from=2026-11-20T22:15:00Z'],
      ['what a link was given on its way', 'source=&limit=5&fbclid=x', '/app?limit=5'],
    ])('is sent on to what it means: %s', async (_, query, location) => {
      const reply = await get(`/app?${query}`);
      expect([reply.status, reply.headers.location, reply.text]).toEqual([303, location, '']);
      expect((await get(location)).status).toBe(200);
    });

    it('is not sent on to what could not stand in a header', async () => {
      const event = { httpMethod: 'GET', path: '/app', headers: BROWSER };
      const queryStringParameters = { from: '2026-11-20', 'x\r\nset-cookie': 'y' };
      const invoke = createInvoker({ handler: createApp(server.deps) });
      const answer = JSON.parse(await invoke(JSON.stringify({ ...event, queryStringParameters })));
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/app?from=2026-11-20T00:00:00Z']);
    });

    it.each(['from=2026-11-20', 'source=', 'to=', 'from=2026-11-20T22:15'])(
      'is not what programs send: %s is a mistake',
      async (query) => {
        expect((await get(`/app?${query}`, { accept: '*/*' })).status).toBe(400);
      },
    );

    it.each(['from=yesterday', 'from=2026-02-30T00:00', 'from=2026-11-20T25:00'])(
      'is told what is no time: %s',
      async (query) => {
        const first = await get(`/app?${query}`);
        const last = first.status === 303 ? await get(first.headers.location ?? '') : first;
        expect(last.status).toBe(400);
        expect(last.text).toContain('<dt>from</dt>');
      },
    );

    it('is filled with what the list shows', async () => {
      const { text } = await get('/app?source=job-1&from=2026-11-20T23:00:00%2B01:00&limit=50');
      expect(text).toContain('name="source" value="job-1"');
      expect(text).toContain('value="2026-11-20T22:00:00"');
      expect(text).toContain('<input type="hidden" name="limit" value="50">');
      expect(text).toContain(
        'href="/app?source=job-1&amp;from=2026-11-20T22:00:00.000000Z&amp;limit=1000&amp;format=csv"',
      );
    });
  });
});
