import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOf } from '../../../lambda/core/timestamps/record.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const MINUTE = 60_000;
const BASE = { clientIp: '192.0.2.1', protocol: 'https', requestId: 'r' };

describe('GET /sources/{source}/series', () => {
  let server: TestServer;
  const put = (source: string, ms: number, index = 0, more = {}) =>
    server.deps.timestamps.put(
      recordOf(makeId(ms * 1000 + index, index % 8, new Uint8Array(7).fill(index)), { source, ...BASE, ...more }),
    );
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { now: () => NOW } });
    for (const [minutes, disk] of [
      [100, 10],
      [99, 20],
      [10, 95],
    ] as const) {
      await put('db', NOW - minutes * MINUTE, 0, { values: { disk } });
    }
    await put('db', NOW - 5 * MINUTE);
    await put('old', NOW - 3 * 24 * 60 * MINUTE);
    for (let first = 0; first < 5_500; first += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => put('busy', NOW - (first + n + 1) * 1000, n)));
    }
    await server.send('PUT', '/sources/db', {
      headers: { 'content-type': 'application/json' },
      body: '{"every":"1h","limits":{"disk":{"max":90}}}',
    });
  });
  afterAll(() => server.close());

  const get = (query: string, source = 'db', accept = 'application/json') =>
    server.send('GET', `/sources/${source}/series${query}`, { headers: { accept } });
  const parsed = async (query: string, source = 'db') => JSON.parse((await get(query, source)).text);

  it('counts the records of the last day, by steps of a quarter of an hour, unless it is told otherwise', async () => {
    const { points, ...series } = await parsed('');
    expect(series).toEqual({
      source: 'db',
      step: 900,
      from: '2026-03-01T12:00:00.000Z',
      to: '2026-03-02T12:00:00.000Z',
      complete: true,
    });
    expect(points).toHaveLength(96);
    expect(points.filter(({ count }: { count: number }) => count > 0)).toEqual([
      { at: '2026-03-02T10:15:00.000Z', count: 2 },
      { at: '2026-03-02T11:45:00.000Z', count: 2 },
    ]);
  });

  it('has the least, the mean and the greatest of a value', async () => {
    const { points } = await parsed('?value=disk&step=1h&from=2026-03-02T10:00:00Z');
    expect(points).toEqual([
      { at: '2026-03-02T10:00:00.000Z', count: 2, min: 10, mean: 15, max: 20 },
      { at: '2026-03-02T11:00:00.000Z', count: 1, min: 95, mean: 95, max: 95 },
    ]);
  });

  it('is a table as CSV, and a picture with the limit of the value as SVG', async () => {
    const csv = (await get('?value=disk&step=1h&from=2026-03-02T10:00:00Z&format=csv')).text;
    expect(csv).toBe(
      'at,count,min,mean,max\r\n2026-03-02T10:00:00.000Z,2,10,15,20\r\n2026-03-02T11:00:00.000Z,1,95,95,95\r\n',
    );
    const { headers, text } = await get('?value=disk', 'db', 'image/svg+xml');
    expect(headers['content-type']).toBe('image/svg+xml');
    expect(text).toContain('<title>disk of db, ');
    expect(text.match(/stroke-dasharray/g)).toHaveLength(1);
    expect((await get('?format=svg')).text).not.toContain('stroke-dasharray');
    expect((await get('?format=svg', 'nobody')).text).toContain('0 records');
  });

  it('reads at most 5,000 records, the newest, and says where they begin', async () => {
    const { complete, from, points } = await parsed('', 'busy');
    const sum = points.reduce((all: number, { count }: { count: number }) => all + count, 0);
    expect([complete, sum]).toEqual([false, 5_000]);
    expect(from).toBe(new Date(NOW - 5_000 * 1000).toISOString());
    expect((await get('?format=svg', 'busy')).text).toContain('the newest only');
  });

  it.each([
    ['value', '?value=a%20b'],
    ['step', '?step=10s'],
    ['step', '?step=1m&from=2026-02-01T00:00:00Z'],
    ['from', '?from=yesterday'],
    ['to', '?from=2026-03-02T12:00:00Z&to=2026-03-02T11:00:00Z'],
    ['format', '?format=png'],
    ['unknown', '?unknown=1'],
  ])('refuses %s in %s', async (field, query) => {
    const { status, text } = await get(query);
    expect([status, JSON.parse(text).errors[0].field]).toEqual([400, field]);
  });
});
