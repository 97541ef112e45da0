import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const ORIGIN = 'https://app.example.com';
const names = (headers: object) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');

describe('CORS', () => {
  let off: TestServer;
  let on: TestServer;
  beforeAll(async () => {
    [off, on] = await Promise.all([startServer(EMBEDDED), startServer(EMBEDDED, { deps: { corsOrigins: [ORIGIN] } })]);
  });
  afterAll(() => Promise.all([off.close(), on.close()]));

  const preflight = {
    origin: ORIGIN,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };

  it('is off unless it is configured', async () => {
    expect(names((await off.send('GET', '/app', { headers: { origin: ORIGIN } })).headers)).toEqual([]);
    expect(names((await off.send('OPTIONS', '/app', { headers: preflight })).headers)).toEqual([]);
  });

  it('lets the pages of a configured origin read answers, those of errors too', async () => {
    for (const path of ['/app', '/app?limit=x', '/nothing']) {
      const { headers } = await on.send('GET', path, { headers: { origin: ORIGIN } });
      expect(headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(headers['access-control-expose-headers']).toContain('link');
      expect(headers['access-control-expose-headers']).toContain('idempotency-replayed');
      expect(headers.vary).toBe('origin');
    }
  });

  it('answers a preflight with what works at the address', async () => {
    const { status, headers } = await on.send('OPTIONS', '/app', { headers: preflight });
    expect([status, headers['access-control-allow-origin']]).toEqual([204, ORIGIN]);
    expect(headers['access-control-allow-methods']).toBe('POST, GET, HEAD, OPTIONS');
    expect(headers['access-control-allow-headers']).toContain('content-type');
    expect(headers['access-control-max-age']).toBe('7200');
  });

  it('says what works at the address to preflights alone', async () => {
    const asked = { origin: ORIGIN };
    for (const [method, path, headers] of [
      ['GET', '/app', preflight],
      ['OPTIONS', '/app', asked],
      ['OPTIONS', '/nothing', preflight],
    ] as const) {
      const answer = await on.send(method, path, { headers });
      expect(answer.headers['access-control-allow-origin'], `${method} ${path}`).toBe(ORIGIN);
      expect(answer.headers, `${method} ${path}`).not.toHaveProperty('access-control-allow-methods');
    }
  });

  it('lets pages send keys, and read how to get in', async () => {
    const wanted = { ...preflight, 'access-control-request-headers': 'authorization' };
    const { headers } = await on.send('OPTIONS', '/app', { headers: wanted });
    expect(headers['access-control-allow-headers']?.toString().split(', ')).toContain('authorization');
    expect(headers['access-control-expose-headers']?.toString().split(', ')).toContain('www-authenticate');
  });

  it.each(['https://app.example.com.evil.example', 'http://app.example.com', 'https://APP.example.com', 'null', '*'])(
    'knows no other origin: %s',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await on.send(method, '/app', { headers: { ...preflight, origin } });
        expect(names(headers)).toEqual(['vary']);
      }
    },
  );
});
