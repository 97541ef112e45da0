import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rollShardOf } from '../../../lambda/core/roll/outage-id.ts';
import type { RollEvent, SourceState } from '../../../lambda/core/roll/state.ts';
import { makeId } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { backends } from '../../support/stores.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const HOUR = 3_600_000;

const idOf = (source: string, startedAt: number) => makeId(startedAt * 1000, rollShardOf(source), new Uint8Array(7));

describe.each(backends())('outages over HTTP on $name', (backend) => {
  let server: TestServer;
  const ENDED = ['a', 'b', 'c', 'd'].map((source, index) => ({ source, startedAt: NOW - (10 + index) * HOUR }));
  const OPEN = { source: 'open', startedAt: NOW - HOUR };
  const openId = idOf(OPEN.source, OPEN.startedAt);

  beforeAll(async () => {
    server = await startServer(backend, { deps: { now: () => NOW } });
    const roll = await server.deps.roll?.();
    const record = async ({ source, startedAt }: typeof OPEN, end: Partial<RollEvent['outage']> = {}) => {
      const id = idOf(source, startedAt);
      await roll?.recordEvent({
        id: `${id}.1`,
        kind: 'opened',
        source,
        at: startedAt,
        outage: { id, startedAt, reason: 'failed', detail: 'exit 2, <b>', ...end },
        told: true,
        tick: 't',
      });
    };
    for (const outage of ENDED) await record(outage, { endedAt: outage.startedAt + 90_000, endedBy: 'answer' });
    await record(OPEN);
    const state: SourceState = {
      source: 'open',
      standing: 'down',
      version: 0,
      since: OPEN.startedAt,
      expectation: '{"every":"1d"}',
      outage: { id: openId, startedAt: OPEN.startedAt, reason: 'failed' },
    };
    await roll?.putState(state, 0);
  });
  afterAll(() => server.close());

  const get = (path: string, accept = 'application/json') => server.send('GET', path, { headers: { accept } });
  const sources = async (query: string) =>
    JSON.parse((await get(`/outages${query}`)).text).items.map(({ source }: { source: string }) => source);

  it('come with those that began last first, and can be asked for open ones, ended ones and those of a source', async () => {
    expect(await sources('')).toEqual(['open', 'a', 'b', 'c', 'd']);
    expect(await sources('?open=true')).toEqual(['open']);
    expect(await sources('?open=false')).toEqual(['a', 'b', 'c', 'd']);
    expect(await sources('?source=b')).toEqual(['b']);
    expect(await sources('?source=nobody')).toEqual([]);
  });

  it('go on from page to page, in both directions, without one twice or left out', async () => {
    const walk = async (cursor: string, first: string) => {
      const seen: string[] = [];
      let address: string | undefined = first;
      while (address !== undefined) {
        const { items, next } = JSON.parse((await get(`/outages${address}`)).text);
        seen.push(...items.map(({ source }: { source: string }) => source));
        address = next === null ? undefined : `?limit=2&${cursor}=${next}`;
      }
      return seen;
    };
    expect(await walk('before', '?limit=2')).toEqual(['open', 'a', 'b', 'c', 'd']);
    const oldest = idOf('d', NOW - 13 * HOUR);
    expect((await walk('after', `?limit=2&after=${oldest}`)).toSorted()).toEqual(['a', 'b', 'c', 'open']);
  });

  it('stand in each format', async () => {
    const csv = (await get('/outages', 'text/csv')).text.split('\r\n');
    expect(csv[0]).toBe('id,source,startedAt,endedAt,endedBy,reason,detail,acknowledgedAt,acknowledgedBy');
    expect(csv[2]).toContain(',a,2026-03-02T02:00:00.000Z,2026-03-02T02:01:30.000Z,answer,failed,');
    expect((await get('/outages?format=ndjson')).text.trim().split('\n')).toHaveLength(5);
    expect((await get('/outages?format=text')).text).toContain('2026-03-02T11:00:00.000Z\t-\topen\tfailed\t');
    const page = (await get('/outages', 'text/html')).text;
    expect(page).toContain('1 min 30 s');
    expect(page).toContain('exit 2, &lt;b&gt;');
    expect(page).not.toContain('exit 2, <b>');
  });

  it.each([
    ['after', `?before=${openId}&after=${openId}`],
    ['before', '?before=x'],
    ['open', '?open=yes'],
    ['source', '?source=a%20b'],
    ['unknown', '?unknown=1'],
  ])('refuse %s in %s', async (field, query) => {
    const { status, text } = await get(`/outages${query}`);
    expect([status, JSON.parse(text).errors[0].field]).toEqual([400, field]);
  });

  it('are acknowledged while they are open', async () => {
    const acknowledge = (id: string, accept = 'application/json') =>
      server.send('POST', `/outages/${id}/acknowledge`, { headers: { accept } });
    const { status, text } = await acknowledge(openId);
    expect([status, JSON.parse(text)]).toMatchObject([200, { acknowledgedAt: '2026-03-02T12:00:00.000Z' }]);
    expect(await (await server.deps.roll?.())?.getSource('open')).toMatchObject({ outage: { acknowledgedAt: NOW } });
    expect((await acknowledge(openId, 'text/html')).headers.location).toBe(`/outages/${openId}`);
    expect((await acknowledge(idOf('a', NOW - 10 * HOUR))).status).toBe(409);
    expect((await acknowledge(idOf('nobody', NOW))).status).toBe(404);
    expect((await acknowledge('x')).status).toBe(404);
  });

  it('take notes, as JSON and from the form of the page, and show them as text', async () => {
    const note = (body: string, type: string, accept: string) =>
      server.send('POST', `/outages/${openId}/notes`, { headers: { 'content-type': type, accept }, body });
    const json = await note('{"text":"the disk is full <i>"}', 'application/json', 'application/json');
    expect([json.status, JSON.parse(json.text).notes]).toEqual([
      201,
      [{ at: '2026-03-02T12:00:00.000Z', text: 'the disk is full <i>' }],
    ]);
    const form = await note('text=emptied', 'application/x-www-form-urlencoded', 'text/html');
    expect([form.status, form.headers.location]).toEqual([303, `/outages/${openId}`]);
    const page = (await get(`/outages/${openId}`, 'text/html')).text;
    expect(page).toContain('the disk is full &lt;i&gt;');
    expect(page).toContain('emptied');
    for (const text of ['', '   ', 'x'.repeat(1501), 'bell \u0007']) {
      const refused = await note(JSON.stringify({ text }), 'application/json', 'application/json');
      expect([refused.status, JSON.parse(refused.text).errors[0].field]).toEqual([400, 'text']);
    }
    const unknown = `/outages/${idOf('nobody', NOW)}/notes`;
    const { status } = await server.send('POST', unknown, {
      headers: { 'content-type': 'application/json' },
      body: '{"text":"x"}',
    });
    expect(status).toBe(404);
  });
});
