import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badgeOf } from '../../../lambda/api/monitoring/badge.ts';
import { STANDINGS, type StoredStanding } from '../../../lambda/core/roll/state.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

describe('a badge', () => {
  let server: TestServer;
  const STORED: readonly (readonly [string, StoredStanding, string[]])[] = [
    ['a', 'down', ['db']],
    ['b', 'up', ['db']],
    ['c', 'up', ['web']],
  ];
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
    const roll = await server.deps.roll?.();
    for (const [source, standing, tags] of STORED) {
      const expectation = JSON.stringify({ every: '1d', tags });
      await roll?.putState({ source, standing, version: 0, since: 0, expectation }, 0);
    }
  });
  afterAll(() => server.close());

  it('says how a source stands', async () => {
    const { headers, text } = await server.send('GET', '/sources/a/badge.svg');
    expect(headers['content-type']).toBe('image/svg+xml');
    expect(text).toContain('<title>a: down</title>');
    expect((await server.send('GET', '/sources/b/badge.svg')).text).toContain('<title>b: up</title>');
    expect((await server.send('GET', '/sources/nobody/badge.svg')).status).toBe(404);
  });

  it('says how those with a tag stand: how many as the worst', async () => {
    expect((await server.send('GET', '/tags/db/badge.svg')).text).toContain('<title>db: 1 of 2 down</title>');
    expect((await server.send('GET', '/tags/web/badge.svg')).text).toContain('<title>web: 1 of 1 up</title>');
    expect((await server.send('GET', '/tags/none/badge.svg')).status).toBe(404);
    expect((await server.send('GET', '/tags/a%20b/badge.svg')).status).toBe(400);
  });

  it('has a colour for each standing on which white can be read', () => {
    const luminance = (channel: number) => (channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
    for (const standing of STANDINGS) {
      const [, colour = ''] =
        /<rect x="\d+" width="\d+" height="20" fill="#([0-9a-f]{6})"/.exec(badgeOf('a', 'b', standing)) ?? [];
      const [r = 0, g = 0, b = 0] = (colour.match(/../g) ?? []).map((hex) => luminance(Number.parseInt(hex, 16) / 255));
      expect(1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)).toBeGreaterThan(4.5);
    }
  });
});
