import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillRoll, type SampleRoll, sampleRoll } from '../../../../build/sample-roll.ts';
import { createDynamoClient } from '../../../../lambda/core/dynamo/client.ts';
import { chunksOf, createCheckpointStore } from '../../../../lambda/core/roll/checkpoint.ts';
import type { Heard, WatchReport } from '../../../../lambda/core/roll/state.ts';
import type { RollStore } from '../../../../lambda/core/roll/store.ts';
import { startServer, type TestServer } from '../../../support/server.ts';
import { backends } from '../../../support/stores.ts';

const NOW = Date.parse('2026-11-20T22:15:06.172Z');
const KB = 1024;
const BROWSER = { accept: 'text/html' };

describe.each(backends())('the page of the roll on $name', (backend) => {
  let server: TestServer;
  let watch: WatchReport | undefined;
  const sample = sampleRoll(100, NOW);

  beforeAll(async () => {
    server = await startServer(backend, { deps: { now: () => NOW } });
    const store = await rollOf(server);
    await fillRoll(store, sample);
    const { roll: tableName } = server.env.tables;
    if (tableName === undefined) throw new Error('there is no table');
    const checkpoint = createCheckpointStore({ client: createDynamoClient(server.env), tableName });
    await checkpoint.write(chunksOf({ position: NOW - 60_000, sources: heardOf(sample) }), NOW);
    const { close } = server;
    const other = await startServer(backend, {
      deps: {
        now: () => NOW,
        timestamps: server.deps.timestamps,
        roll: async () => ({ ...store, getWatch: async () => watch }),
      },
    });
    server = {
      ...other,
      close: async () => {
        await other.close();
        await close();
      },
    };
  });
  afterAll(() => server.close());

  const page = async (query = '') => (await server.send('GET', `/sources${query}`, { headers: BROWSER })).text;
  const names = (text: string) =>
    [...text.matchAll(/<tr[^>]*><td>.*?href="\/sources\/([^"]+)"/g)].map(([, name]) => name);
  const verdict = (text: string) => /<p class="verdict (\w+)"><b>(.*?)<\/b>/.exec(text)?.slice(1);

  it('of 100 sources is at most 60 KB, and costs at most 10 read units with the report of the watch', async () => {
    watch = sample.watch;
    server.lines.length = 0;
    const text = await page();
    expect(names(text)).toHaveLength(100);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60 * KB);
    expect(gzipSync(text).length).toBeLessThanOrEqual(12 * KB);
    // The report is at most 8 KB: 200 names of those that are late, and 7 numbers.
    const reportUnits = Math.ceil(JSON.stringify(sample.watch).length / 4096) / 2;
    expect(Number(server.lines.at(-1)?.readUnits) + reportUnits).toBeLessThanOrEqual(10);
  });

  it('has the worst first, with the reason, and says in words what the bars show', async () => {
    const text = await page();
    expect(names(text).slice(0, 4)).toEqual(['invoices-lyon', 'report-porto', 'mail-riga', 'certificates-oslo']);
    expect(text).toContain('<small>failed: exit 2 · prod</small>');
    expect(text).toMatch(
      /certificates-oslo.*beyond a limit: disk = 97.5, at most 95.*aria-label="beyond a limit once"/,
    );
    expect(text).toMatch(
      /backup-cadiz.*aria-label="2 outages, 2 d 4 h"|backup-cadiz.*aria-label="2 outages, \d+ h 36 min"/,
    );
    expect(text).toMatch(/backup-berlin.*aria-label="no outage"/);
  });

  it('says how many are down in the header, the title and by the icon', async () => {
    watch = sample.watch;
    const text = await page();
    expect(text).toContain('<title>(2 down) Roll · Rollcall</title>');
    expect(text).toMatch(/<link rel="icon" href="\/assets\/alarm\.\w+\.svg"/);
    expect(text).toMatch(/<a class="alarm down" href="\/sources\?standing=down"[^>]*>2 down<\/a>/);
    watch = { ...sample.watch, counts: { up: 3 } };
    const calm = await page();
    expect(calm).toContain('<title>Roll · Rollcall</title>');
    expect(calm).toMatch(/<link rel="icon" href="\/assets\/icon\.\w+\.svg"/);
    expect(calm).toMatch(/<a class="alarm" [^>]*>0 down<\/a>/);
  });

  it.each<[string, Partial<WatchReport> | undefined, string, string]>([
    ['some are down', {}, 'down', '2 are down.'],
    ['one is', { counts: { down: 1, up: 3 } }, 'down', '1 is down.'],
    ['one is late', { counts: { late: 1, up: 3 } }, 'late', 'Nobody is down.'],
    ['all answer', { counts: { up: 3 } }, 'up', 'Everybody answers.'],
    ['nothing comes in', { blindSince: NOW - 600_000 }, 'down', 'Nothing at all comes in.'],
    ['the watch has stopped', { at: NOW - 300_000 }, 'down', 'Nobody watches.'],
    ['nobody has watched yet', undefined, 'unknown', 'Nobody has watched yet.'],
  ])('tells the truth when %s', async (_, report, kind, text) => {
    watch = report && { ...sample.watch, ...report };
    expect(verdict(await page('?limit=1'))).toEqual([kind, text]);
  });

  it('does not say how many are down when nobody watches', async () => {
    watch = { ...sample.watch, at: NOW - 300_000 };
    expect(await page('?limit=1')).toMatch(/<a class="alarm unknown"/);
  });

  it('is filtered by the beginning of a name, a tag and a standing, by a form that leaves fields empty, too', async () => {
    watch = sample.watch;
    expect(names(await page('?name=backup-&standing=&tag='))).toHaveLength(10);
    expect(names(await page('?name=backup-b&standing=&tag='))).toEqual(['backup-berlin']);
    expect(names(await page('?name=&standing=down&tag=prod'))).toEqual(['report-porto']);
    expect(names(await page('?name=mail&standing=late'))).toEqual(['mail-riga']);
    const none = await page('?name=brand-new');
    expect(none).toContain('href="/sources/brand-new"');
    expect(none).toContain('<details class="filters" open>');
  });

  it('goes on from page to page within a name', async () => {
    const seen: (string | undefined)[] = [];
    let address: string | undefined = '?name=s&limit=7';
    while (address !== undefined) {
      const text = await page(address);
      seen.push(...names(text));
      address = /href="\/sources(\?[^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    const expected = sample.states.map(({ source }) => source).filter((source) => source.startsWith('s'));
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  it('has nothing after a cursor that lies behind all names that begin so', async () => {
    const { status, text } = await server.send('GET', '/sources?name=a&after=up:z&format=json');
    expect([status, JSON.parse(text).items]).toEqual([200, []]);
  });

  it('tells programs what the watch has found', async () => {
    watch = { ...sample.watch, blindSince: NOW };
    const { text } = await server.send('GET', '/sources?limit=1&standing=down');
    const report = {
      at: new Date(sample.watch.at).toISOString(),
      blindSince: new Date(NOW).toISOString(),
      counts: sample.watch.counts,
    };
    expect(JSON.parse(text).watch).toEqual(report);
    expect(JSON.parse((await server.send('GET', '/watch')).text)).toEqual(report);
    watch = undefined;
    expect((await server.send('GET', '/watch')).text).toBe('null\n');
    expect(JSON.parse((await server.send('GET', '/sources')).text).watch).toBeNull();
  });
});

/** What the watch remembers of those that were heard: each once, and half of them with a run and a value. */
function heardOf({ states }: SampleRoll): ReadonlyMap<string, Heard> {
  return new Map(
    states.flatMap(({ source, lastContact: at }, i): [string, Heard][] => {
      if (at === undefined) return [];
      const streak = { count: i + 1, since: at - i * 60_000, at };
      const answers = { good: [streak], bad: [], last: 'good' as const };
      const values = { disk: { ...answers, max: 95, value: 80 + i / 10 } };
      const heard = { lastContact: at, lastAnswer: at, lastSuccess: at, answers };
      return [[source, { ...heard, runs: i % 2 ? { [`run-${i}`]: at } : {}, values: i % 2 ? values : {} }]];
    }),
  );
}

async function rollOf({ deps }: TestServer): Promise<RollStore> {
  const roll = await deps.roll?.();
  if (roll === undefined) throw new Error('there is no roll');
  return roll;
}
