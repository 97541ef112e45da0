import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseCrossSite } from '../../../lambda/api/http/cross-site.ts';
import { toRequest } from '../../../lambda/api/http/request.ts';
import { routes } from '../../../lambda/api/routes.ts';
import { FRONTS } from '../../../local/fronts/fronts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const FRIEND = 'https://app.example.com';
const UNSAFE = routes.filter(({ method }) => method !== 'GET');

const fronts = FRONTS.flatMap((front) => [false, true].map((cdn) => ({ front, cdn })));

describe.each(fronts)('behind $front, CloudFront before it: $cdn', ({ front, cdn }) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { front, cdn, deps: { corsOrigins: [FRIEND] } });
  });
  afterAll(() => server.close());

  const post = (headers: Record<string, string>) => server.send('POST', '/app', { headers });
  const count = async () => JSON.parse((await server.send('GET', '/app')).text).items.length;

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'null' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'what comes next', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${FRIEND}.evil.example` },
    { origin: '' },
  ])('refuses what a browser says of a page of somebody else: %j', async (headers) => {
    const before = await count();
    const { status, text } = await post({ ...headers, accept: 'application/json' });
    expect([status, JSON.parse(text).detail]).toEqual([403, expect.stringContaining('may not change anything here')]);
    expect(await count()).toBe(before);
  });

  it('refuses it on every route that changes something, and on no other', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect(UNSAFE.length).toBeGreaterThan(2);
    for (const { method, path, endpoint } of routes) {
      const { status } = await server.send(method, path.replace(/\{\w+\}/, 'x'), { headers });
      expect(status === 403, `${method} ${path}`).toBe(
        (method !== 'GET' || endpoint.getChanges === true) && !endpoint.takesOtherSites,
      );
    }
    expect((await server.send('OPTIONS', '/app', { headers })).status).toBe(204);
    expect((await server.send('HEAD', '/app', { headers })).status).toBe(200);
  });

  it('lets pages of its own through, of configured origins, and what is no page', async () => {
    const { host } = new URL(server.origin);
    const own: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin', origin: `http://${host}` },
      { origin: `http://${host}` },
      { origin: `https://${host}` },
      { origin: FRIEND },
      { 'sec-fetch-site': 'cross-site', origin: FRIEND },
    ];
    for (const headers of own) {
      expect((await post({ ...headers, accept: 'application/json' })).status, JSON.stringify(headers)).toBe(201);
    }
  });
});

describe('the check of a request by its headers', () => {
  it('lets no origin through but its own, whatever it looks like', () => {
    const origins = fc.oneof(
      fc.webUrl().map((url) => new URL(url).origin),
      fc.string(),
      fc.constantFrom('http://rollcall.example:80', 'http://rollcall.example.', 'http://ROLLCALL.example', 'rollcall'),
    );
    fc.assert(
      fc.property(origins, (origin) => {
        fc.pre(!/^(https?:\/\/)?rollcall\.example$/.test(origin));
        const event = { httpMethod: 'POST', path: '/app', headers: { host: 'rollcall.example', origin } };
        const request = toRequest(event, { awsRequestId: '1' }, undefined);
        expect(() => refuseCrossSite(request, [])).toThrow('may not change anything here');
      }),
    );
  });
});
