import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV, parseEnv } from '../../../lambda/api/env.ts';
import { LOCAL_TABLES } from '../../../local/dynamo/create-tables.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

describe('a server that knows its hosts', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { allowedHosts: ['localhost', '[::1]', 'rollcall.example'] } });
  });
  afterAll(() => server.close());

  const get = (host: string) => server.send('GET', '/app', { headers: { host, accept: 'application/json' } });

  it.each(['localhost', 'LOCALHOST:3000', '[::1]:80', 'rollcall.example:3000', 'rollcall.example'])(
    'answers for %s',
    async (host) => {
      expect((await get(host)).status).toBe(200);
    },
  );

  it.each(['evil.example', 'localhost.evil.example', 'localhost@evil.example', '127.0.0.1', ':3000', 'localhost:x'])(
    'answers nothing for %s, and says what it answers for',
    async (host) => {
      const { status, text } = await get(host);
      expect([status, JSON.parse(text).detail]).toEqual([
        403,
        `This does not answer for the host ${JSON.stringify(host)}; it does for localhost, [::1], rollcall.example.`,
      ]);
    },
  );

  it('refuses what lies at no address, too', async () => {
    const { status } = await server.send('GET', '/nothing', { headers: { host: 'evil.example' } });
    expect(status).toBe(403);
  });
});

describe('ALLOWED_HOSTS', () => {
  const base = { [ENV.region]: 'us-east-1', ...LOCAL_TABLES };

  it('takes names and addresses', () => {
    const { allowedHosts } = parseEnv({ ...base, ALLOWED_HOSTS: 'localhost,127.0.0.1,[::1],a-b.example.com' });
    expect(allowedHosts).toEqual(['localhost', '127.0.0.1', '[::1]', 'a-b.example.com']);
    expect(parseEnv(base).allowedHosts).toEqual([]);
  });

  it.each(['localhost:3000', 'https://a.example', 'A.example', '*', ' a.example'])('refuses %s', (hosts) => {
    expect(() => parseEnv({ ...base, ALLOWED_HOSTS: hosts })).toThrow(`ALLOWED_HOSTS is "${hosts}"; it must be hosts`);
  });
});
