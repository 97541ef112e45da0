import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 25, 8);

describe('reports on demand', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { now: () => NOW } });
    const roll = await server.deps.roll?.();
    const common = { version: 1, standing: 'up', since: NOW - 400 * DAY, expectation: '{"every":"1d"}' } as const;
    await roll?.putState({ source: 'fresh', lastContact: NOW - DAY, ...common }, 0);
    await roll?.putState({ source: 'old', lastContact: NOW - 40 * DAY, ...common }, 0);
    await roll?.putState({ source: 'older', lastContact: NOW - 90 * DAY, ...common }, 0);
    const outage = { id: '019abcde-0000-7000-8000-000000000000', startedAt: NOW - DAY, reason: 'silent' } as const;
    await roll?.putState({ source: 'down', lastContact: NOW - DAY, ...common, standing: 'down', outage }, 0);
  });
  afterAll(() => server.close());
  const get = (path: string, accept = 'application/json') => server.send('GET', path, { headers: { accept } });

  it('say who was not heard for long, longest first', async () => {
    const { text } = await get('/reports/last-contact');
    expect(JSON.parse(text).items).toEqual([
      { source: 'older', standing: 'up', lastContact: '2026-08-27T08:00:00.000Z', days: 90 },
      { source: 'old', standing: 'up', lastContact: '2026-10-16T08:00:00.000Z', days: 40 },
    ]);
    expect((await get('/reports/last-contact?days=60', 'text/csv')).text).toBe(
      'source,standing,lastContact,days\r\nolder,up,2026-08-27T08:00:00.000Z,90\r\n',
    );
    expect((await get('/reports/last-contact?days=0')).status).toBe(400);
  });

  it('say how sources did, worst first', async () => {
    const { text } = await get('/reports/summary?days=2');
    expect(JSON.parse(text).items[0]).toEqual({
      source: 'down',
      uptime: 0.5,
      outages: 1,
      downSeconds: 86_400,
      longestSeconds: 86_400,
    });
    expect((await get('/reports/summary', 'text/html')).text).toContain('96.42% uptime, 1 outages');
  });
});
