import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SourceState } from '../../../lambda/core/roll/state.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { backends } from '../../support/stores.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const DAILY = { every: '1d', grace: '1h' };

describe.each(backends())('the roll over HTTP on $name', (backend) => {
  let server: TestServer;
  let now = NOW;
  beforeAll(async () => {
    server = await startServer(backend, { deps: { now: () => now } });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    now = NOW;
  });

  const JSON_TYPE = { 'content-type': 'application/json' };
  const put = (source: string, expectation: unknown) =>
    server.send('PUT', `/sources/${source}`, { headers: JSON_TYPE, body: JSON.stringify(expectation) });
  const get = (path: string, accept = 'application/json') => server.send('GET', path, { headers: { accept } });
  const parsed = async (path: string) => JSON.parse((await get(path)).text);
  const roll = () => {
    const { roll: load } = server.deps;
    if (load === undefined) throw new Error('there is no roll');
    return load();
  };
  /** A source as the watch would have left it. */
  const store = async (state: Omit<SourceState, 'version' | 'since'>) => {
    const before = await (await roll()).getSource(state.source);
    expect(await (await roll()).putState({ since: NOW, version: 0, ...state }, before?.version ?? 0)).toBe(true);
  };

  describe('PUT /sources/{source}', () => {
    it('expects something of a source that was never heard, with the defaults', async () => {
      const { status, text } = await put('backup', DAILY);
      expect([status, JSON.parse(text)]).toEqual([
        200,
        {
          source: 'backup',
          standing: 'waiting',
          since: '2026-03-02T12:00:00.000Z',
          every: '1d',
          tags: [],
          expectation: {
            every: '1d',
            grace: '1h',
            early: '1m',
            failures: 1,
            recoveries: 1,
            limits: {},
            windows: [],
            tags: [],
          },
          runs: [],
        },
      ]);
    });

    it('changes nothing when it comes again, and what is expected when it is another', async () => {
      await put('again', DAILY);
      const first = await (await roll()).getSource('again');
      now += 60_000;
      await put('again', DAILY);
      expect(await (await roll()).getSource('again')).toEqual(first);
      await put('again', { ...DAILY, grace: '2h', tags: ['db'] });
      expect(await parsed('/sources/again')).toMatchObject({ expectation: { grace: '2h' }, tags: ['db'] });
    });

    it('takes cron with a time zone, limits, windows, tags and all that goes with them', async () => {
      const whole = {
        cron: '30 2 * * 1-5',
        tz: 'Europe/Madrid',
        grace: 'PT40M',
        early: '10m',
        maxRun: '40m',
        failures: 2,
        recoveries: 3,
        remind: '4h',
        limits: { disk: { max: 90, of: 3 }, temperature: { min: -5, max: 40 } },
        windows: [{ cron: '0 3 * * 0', for: '2h', tz: 'Europe/Madrid' }],
        channels: ['ops'],
        tags: ['db', 'prod'],
        description: 'The nightly dump.',
      };
      const { status, text } = await put('nightly', whole);
      expect([status, JSON.parse(text).expectation]).toEqual([
        200,
        { ...whole, limits: { ...whole.limits, temperature: { min: -5, max: 40, of: 1 } } },
      ]);
    });

    it.each([
      ['every', { every: '90s' }, 'from 1m to 366d'],
      ['every', { every: '0m' }, 'from 1m to 366d'],
      ['every', { every: '367d' }, 'from 1m to 366d'],
      ['every', { every: 'P1M' }, 'from 1m to 366d'],
      ['every', { every: 60 }, 'from 1m to 366d'],
      ['every', {}, 'cron'],
      ['cron', { every: '1h', cron: '@daily' }, 'every'],
      ['cron', { cron: '0 0 30 2 *' }, 'must come at some time'],
      ['cron', { cron: '* * * * * *' }, 'minute, hour, day, month and weekday'],
      ['cron', { cron: '61 * * * *' }, 'minute, hour, day, month and weekday'],
      ['tz', { cron: '@daily', tz: 'Mars/Olympus' }, 'a time zone such as Europe/Madrid'],
      ['grace', { every: '1d', grace: '-1h' }, 'from 0m to 366d'],
      ['failures', { every: '1d', failures: 0 }, 'a whole number from 1 to 100'],
      ['remind', { every: '1d', remind: '1m' }, 'from 5m to 366d'],
      ['limits', { every: '1d', limits: { disk: {} } }, 'with min or max or both'],
      ['limits', { every: '1d', limits: { disk: { min: 2, max: 1 } } }, 'min that is not above the max'],
      ['windows', { every: '1d', windows: [{ cron: '0 0 30 2 *', for: '1h' }] }, 'must come at some time'],
      ['windows', { every: '1d', windows: Array(11).fill({ cron: '@daily', for: '1h' }) }, 'at most 10 windows'],
      ['tags', { every: '1d', tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, 'at most 20 tags'],
      ['tags', { every: '1d', tags: ['a b'] }, '1 to 64 of'],
      ['channels', { every: '1d', channels: 'ops' }, 'at most 10 names of channels'],
      ['evry', { evry: '1d' }, 'one of the names every, cron'],
    ])('refuses %s of %j with what is allowed', async (field, expectation, allowed) => {
      const { status, text } = await put('refused', expectation);
      const { errors } = JSON.parse(text);
      expect([status, errors[0].field.split('.')[0], errors[0].in]).toEqual([400, field, 'body']);
      expect(errors[0].allowed).toContain(allowed);
      expect((await get('/sources/refused')).status).toBe(404);
    });

    it('refuses a source that can be none', async () => {
      const { status, text } = await put('a%20b', DAILY);
      expect([status, JSON.parse(text).errors[0]]).toMatchObject([400, { in: 'path', field: 'source' }]);
    });

    it('never ends a pause', async () => {
      await put('held', DAILY);
      await server.send('POST', '/sources/held/pause');
      const { text } = await put('held', { every: '2d' });
      expect(JSON.parse(text)).toMatchObject({ standing: 'paused', every: '2d' });
    });

    it('is tried again when somebody else changes the source meanwhile, and gives up in the end', async () => {
      await put('raced', DAILY);
      const { putState } = await roll();
      let refusals = 2;
      const racing = {
        ...(await roll()),
        putState: async (...args: Parameters<typeof putState>) => refusals-- <= 0 && putState(...args),
      };
      const raced = await startServer(backend, { deps: { roll: async () => racing, now: () => now } });
      const send = (every: string) =>
        raced.send('PUT', '/sources/raced', { headers: JSON_TYPE, body: JSON.stringify({ every }) });
      expect([(await send('3d')).status, (await parsed('/sources/raced')).every]).toEqual([200, '3d']);
      refusals = 100;
      const { status, headers } = await send('4d');
      expect([status, headers['retry-after']]).toEqual([503, '1']);
      await raced.close();
    });
  });

  describe('GET /sources/{source}', () => {
    it('knows nothing of a source that was never heard, and says so', async () => {
      const { status, text } = await get('/sources/nobody');
      expect([status, JSON.parse(text).detail]).toEqual([
        404,
        'nobody was never heard, and nothing is expected of it.',
      ]);
    });

    it('knows a source that was heard and is not expected, with its runs', async () => {
      const post = (query: string) => server.send('POST', `/app?source=heard&${query}`);
      await post('state=start&run=1');
      await post('exit=2&run=1');
      await post('state=start');
      const view = await parsed('/sources/heard');
      expect(view).toMatchObject({ source: 'heard', standing: 'unwatched', lastContact: expect.any(String) });
      expect(view.runs).toMatchObject([
        { state: 'running', startedAt: expect.any(String) },
        { run: '1', state: 'fail', exit: 2, startedAt: expect.any(String), endedAt: expect.any(String) },
      ]);
      expect(view.runs[1].took).toBeGreaterThanOrEqual(0);
    });

    it('is a line of text for terminals, and a page for browsers on which nothing of what people typed is markup', async () => {
      await put('shown', { ...DAILY, description: '<script>alert(1)</script>' });
      expect((await get('/sources/shown', 'text/plain')).text).toBe('waiting\tshown\t-\t-\n');
      const { text } = await get('/sources/shown', 'text/html');
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(text).not.toContain('<script>alert');
      expect(text).toContain('action="/sources/shown/pause"');
    });

    it('says when the next answer is due, and that it is late within its grace', async () => {
      await put('due', { every: '1h', grace: '1h' });
      await store({
        source: 'due',
        standing: 'up',
        lastContact: NOW - 3_600_000,
        expectation: '{"every":"1h","grace":"1h"}',
      });
      now = NOW + 1;
      expect(await parsed('/sources/due')).toMatchObject({
        standing: 'late',
        lastContact: '2026-03-02T11:00:00.000Z',
        nextDue: '2026-03-02T12:00:00.000Z',
      });
    });
  });

  it('pauses a source and resumes it, for programs and for forms', async () => {
    await put('paused', DAILY);
    const send = (verb: string, accept: string) =>
      server.send('POST', `/sources/paused/${verb}`, { headers: { accept } });
    expect(JSON.parse((await send('pause', 'application/json')).text).standing).toBe('paused');
    expect(JSON.parse((await send('pause', 'application/json')).text).standing).toBe('paused');
    const { status, headers } = await send('resume', 'text/html');
    expect([status, headers.location]).toEqual([303, '/sources/paused']);
    expect((await parsed('/sources/paused')).standing).toBe('waiting');
  });

  it('pauses nothing of which nothing is expected, and nobody who is unknown', async () => {
    await store({ source: 'free', standing: 'unwatched' });
    const { status, text } = await server.send('POST', '/sources/free/pause');
    expect([status, JSON.parse(text).detail]).toEqual([409, expect.stringContaining('PUT /sources/free')]);
    expect((await server.send('POST', '/sources/unknown/resume')).status).toBe(404);
  });

  it('expects nothing any more of a source that is deleted, whose records stay', async () => {
    await put('gone', DAILY);
    await server.send('POST', '/app?source=gone');
    expect((await server.send('DELETE', '/sources/gone')).status).toBe(204);
    const view = await parsed('/sources/gone');
    expect(view).toMatchObject({ standing: 'unwatched' });
    expect(view).not.toHaveProperty('expectation');
    expect((await parsed('/app?source=gone')).items).toHaveLength(1);
    expect((await server.send('DELETE', '/sources/never')).status).toBe(404);
  });

  describe('GET /sources', () => {
    const ROLL: readonly (readonly [string, SourceState['standing']])[] = [
      ['z-down', 'down'],
      ['a-affected', 'affected'],
      ['b-waiting', 'waiting'],
      ['c-paused', 'paused'],
      ['d-up', 'up'],
      ['e-up', 'up'],
      ['f-unwatched', 'unwatched'],
    ];
    let own: TestServer;
    beforeAll(async () => {
      own = await startServer(backend, { deps: { now: () => NOW } });
      const expectation = JSON.stringify({ ...DAILY, tags: ['tagged'] });
      for (const [source, standing] of ROLL) {
        const outage = { id: '019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c01', startedAt: NOW, reason: 'silent' as const };
        const state: SourceState = {
          source,
          standing,
          version: 0,
          since: NOW,
          lastContact: NOW,
          ...(standing !== 'unwatched' && { expectation }),
          ...(standing === 'down' && { outage }),
        };
        await (await own.deps.roll?.())?.putState(state, 0);
      }
    });
    afterAll(() => own.close());
    const read = (query: string, accept = 'application/json') =>
      own.send('GET', `/sources${query}`, { headers: { accept } });
    const names = async (query: string) =>
      JSON.parse((await read(query)).text).items.map(({ source }: { source: string }) => source);

    it('has the worst first', async () => {
      expect(await names('')).toEqual(ROLL.map(([source]) => source));
    });

    it('goes on from page to page without a source twice or left out', async () => {
      const seen: string[] = [];
      let address: string | undefined = '?limit=2';
      while (address !== undefined) {
        const { text, headers } = await read(address);
        const { items, next } = JSON.parse(text);
        seen.push(...items.map(({ source }: { source: string }) => source));
        expect(items.length).toBeLessThanOrEqual(2);
        address = next === null ? undefined : `?limit=2&after=${encodeURIComponent(next)}`;
        const link = next === null ? undefined : `</sources?limit=2&after=${encodeURIComponent(next)}>; rel="next"`;
        expect(headers.link).toBe(link);
      }
      expect(seen).toEqual(ROLL.map(([source]) => source));
    });

    it('can be asked for a standing and for a tag', async () => {
      expect(await names('?standing=up')).toEqual(['d-up', 'e-up']);
      expect(await names('?tag=tagged')).toEqual(ROLL.slice(0, -1).map(([source]) => source));
      expect(await names('?tag=other')).toEqual([]);
    });

    it('stands in each format', async () => {
      const csv = (await read('', 'text/csv')).text.split('\r\n');
      expect(csv[0]).toBe('source,standing,since,lastContact,nextDue,every,cron,tz,tags,flapping,outage');
      expect(csv[1]).toMatch(/^z-down,down,2026-03-02T12:00:00.000Z,.*"\{""id"":/);
      expect((await read('?format=ndjson')).text.trim().split('\n')).toHaveLength(ROLL.length);
      expect((await read('?format=text')).text).toContain('down\tz-down\t');
      const page = (await read('', 'text/html')).text;
      for (const [source] of ROLL) expect(page).toContain(`href="/sources/${source}"`);
    });

    it('names the next page on the page, for those without scripts', async () => {
      expect((await read('?limit=2', 'text/html')).text).toContain('rel="next"');
    });

    it.each([
      ['standing', '?standing=bad'],
      ['tag', '?tag=a%20b'],
      ['after', '?after=backup'],
      ['after', '?after=bad:backup'],
      ['limit', '?limit=0'],
      ['format', '?format=xml'],
      ['unknown', '?unknown=1'],
    ])('refuses %s in %s', async (field, query) => {
      const { status, text } = await read(query);
      expect([status, JSON.parse(text).errors[0].field]).toEqual([400, field]);
    });
  });

  it('is at no address where nobody watches', async () => {
    const unwatched = await startServer(backend, { deps: { roll: undefined } });
    for (const path of ['/sources', '/sources/x', '/outages', '/outages/019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c01']) {
      const { status, text } = await unwatched.send('GET', path);
      expect([status, JSON.parse(text).detail]).toEqual([404, expect.stringContaining('Nobody watches here')]);
    }
    await unwatched.close();
  });
});
