import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillRoll, sampleRoll } from '../../../build/sample-roll.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { EMBEDDED } from '../../support/stores.ts';

const NOW = Date.parse('2026-11-20T22:15:06.172Z');

describe('the pages of outages', () => {
  let server: TestServer;
  const sample = sampleRoll(100, NOW);
  const open = sample.outages
    .filter(({ endedAt }) => endedAt === undefined)
    .toSorted((a, b) => b.startedAt - a.startedAt);

  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { now: () => NOW } });
    const roll = await server.deps.roll?.();
    if (roll === undefined) throw new Error('there is no roll');
    await fillRoll(roll, sample);
  });
  afterAll(() => server.close());

  const page = async (path: string) => (await server.send('GET', path, { headers: { accept: 'text/html' } })).text;
  const ids = (text: string) => [...text.matchAll(/<(?:h3|td)><a href="\/outages\/([^"]+)"/g)].map(([, id]) => id);

  it('have the open ones first, each once, with a button that acknowledges it', async () => {
    const text = await page('/outages');
    const shown = ids(text);
    expect(shown.slice(0, 3)).toEqual(open.map(({ id }) => id));
    expect(shown.toSorted()).toEqual(sample.outages.map(({ id }) => id).toSorted());
    for (const { id } of open) expect(text).toContain(`action="/outages/${id}/acknowledge"`);
  });

  it('have the open ones of a source alone where it is asked for', async () => {
    expect(ids(await page('/outages?source=report-porto'))).toEqual([open[0]?.id]);
  });

  it('have no part for open ones on later pages, and among the ended', async () => {
    expect(await page(`/outages?before=${open[0]?.id}`)).not.toContain('<h2>Open</h2>');
    expect(await page('/outages?open=false')).not.toContain('<article');
  });

  it('tell what happened in the order of time', async () => {
    const [outage] = open;
    if (outage === undefined) throw new Error('none is open');
    const roll = await server.deps.roll?.();
    await roll?.addNote(outage.id, { at: NOW - 1000, by: 'rollcall', text: 'summed up' }, 'note');
    await server.send('POST', `/outages/${outage.id}/acknowledge`, { headers: { accept: 'text/html' } });
    const text = await page(`/outages/${outage.id}`);
    const moments = [...text.matchAll(/<li.*?<b>(.*?)<\/b>/g)].map(([, what]) => what);
    expect(moments).toEqual(['It began: failed: exit 2', 'Note by rollcall', 'Acknowledged', 'Still open']);
    expect(text).not.toContain('/acknowledge"');
    const ended = sample.outages.find(({ endedAt }) => endedAt !== undefined);
    const over = await page(`/outages/${ended?.id}`);
    expect(over).toMatch(/<li class="up">.*It answered again/);
    expect(over).not.toContain('Still open');
  });
});
