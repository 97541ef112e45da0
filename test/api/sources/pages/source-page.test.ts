import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillRoll, sampleRoll } from '../../../../build/sample-roll.ts';
import { startServer, type TestServer } from '../../../support/server.ts';
import { EMBEDDED } from '../../../support/stores.ts';

const NOW = Date.parse('2026-11-20T22:15:06.172Z');
const FORM = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };

describe('the page of a source', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { deps: { now: () => NOW } });
    const roll = await server.deps.roll?.();
    if (roll === undefined) throw new Error('there is no roll');
    await fillRoll(roll, sampleRoll(100, NOW));
  });
  afterAll(() => server.close());

  const page = (source: string) => server.send('GET', `/sources/${source}`, { headers: { accept: 'text/html' } });
  const submit = (path: string, fields: Record<string, string>, headers = FORM) =>
    server.send('POST', path, { headers, body: new URLSearchParams(fields).toString() });
  const known = async (source: string) =>
    JSON.parse((await server.send('GET', `/sources/${source}`, { headers: { accept: 'application/json' } })).text);

  it('has a form that holds what is expected, and changes it without a script', async () => {
    const { text } = await page('report-porto');
    expect(text).toContain('<form method="post" action="/sources/report-porto" class="card expected">');
    expect(text).toContain('name="cron" value="57 9 * * *"');
    expect(text).toMatch(/<textarea name="limits"[^>]*>\ndisk max 95 of 3<\/textarea>/);
    const { status, headers } = await submit('/sources/report-porto', {
      cron: '57 9 * * *',
      tz: 'Europe/Madrid',
      grace: '2h',
      every: '',
      limits: 'disk max 90\r\nload min 1 max 8 of 2',
      windows: '0 3 * * 0 for 2h',
      tags: 'prod, db',
      description: 'The <b>report</b>.',
    });
    expect([status, headers.location]).toEqual([303, '/sources/report-porto']);
    expect((await known('report-porto')).expectation).toMatchObject({
      cron: '57 9 * * *',
      grace: '2h',
      limits: { disk: { max: 90, of: 1 }, load: { min: 1, max: 8, of: 2 } },
      windows: [{ cron: '0 3 * * 0', for: '2h' }],
      tags: ['prod', 'db'],
      description: 'The <b>report</b>.',
    });
    const again = (await page('report-porto')).text;
    expect(again).toContain('The &lt;b&gt;report&lt;/b&gt;.');
    expect(again).not.toContain('<b>report');
  });

  it('shows the form again with what was typed and what is allowed, and changes nothing', async () => {
    const before = await known('backup-oslo');
    const { status, text } = await submit('/sources/backup-oslo', { every: '90s', tags: 'a"><b>', limits: 'disk' });
    expect(status).toBe(400);
    expect(text).toContain('name="every" value="90s"');
    expect(text).toContain('aria-invalid="true" aria-describedby="fault-every"');
    expect(text).toMatch(/id="fault-every">Allowed is from 1m to 366d/);
    expect(text).toContain('value="a&quot;&gt;&lt;b&gt;"');
    expect(text).toContain('id="fault-limits"');
    expect(await known('backup-oslo')).toEqual(before);
  });

  it('tells programs that send the form which field is wrong', async () => {
    const { status, text } = await submit(
      '/sources/backup-oslo',
      { every: '90s' },
      { ...FORM, accept: 'application/json' },
    );
    expect([status, JSON.parse(text).errors]).toEqual([
      400,
      [{ in: 'body', field: 'every', received: '"90s"', allowed: expect.stringContaining('from 1m to 366d') }],
    ]);
    expect((await submit('/sources/backup-oslo', { evry: '1d' })).status).toBe(400);
  });

  it('is a form alone for a source that nobody knows, which makes it known', async () => {
    const { status, text } = await page('brand-new');
    expect(status).toBe(404);
    expect(text).toContain('action="/sources/brand-new"');
    expect((await submit('/sources/brand-new', { every: '1d' })).status).toBe(303);
    expect(await known('brand-new')).toMatchObject({ standing: 'waiting', every: '1d' });
  });

  it('has a form that ends the expectation', async () => {
    await submit('/sources/passing', { every: '1d' });
    expect((await page('passing')).text).toContain('action="/sources/passing/unexpect"');
    const { status, headers } = await server.send('POST', '/sources/passing/unexpect', { headers: FORM });
    expect([status, headers.location]).toEqual([303, '/sources/passing']);
    const text = (await page('passing')).text;
    expect(text).toContain('Nothing is, so nobody is told');
    expect(text).not.toContain('unexpect');
    expect((await server.send('POST', '/sources/nobody-at-all/unexpect', { headers: FORM })).status).toBe(404);
  });

  it('has the lengths of runs and the values with their limits as plots, told in words, too', async () => {
    const post = (query: string) => server.send('POST', `/app?source=plotted&${query}`);
    await submit('/sources/plotted', { every: '1d', maxRun: '10m', limits: 'disk max 90' });
    await post('state=start&run=1');
    await post('exit=2&run=1&value.disk=95');
    await post('value.disk=80');
    await post('value.huge=1.7e308');
    await post('value.huge=-1.7e308');
    const { text } = await page('plotted');
    expect(text).toMatch(/aria-label="1 run, the longest [\d.]+ s, at most 10 min"/);
    expect(text).toMatch(/<rect class="d"[^>]*><title>[^<]*, fail, ended/);
    expect(text).toMatch(/aria-label="disk: 80; 80 to 95 in the last 2 readings, at most 90, 1 beyond that; from/);
    expect(text).toContain('class="limit"');
    expect(text).toMatch(/href="\/sources\/plotted\/series\?value=disk&amp;from=[^"]*&amp;format=svg"/);
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  it('has its outages with the notes of the newest, and the line for its crontab', async () => {
    const open = (await known('invoices-lyon')).outage.id;
    await server.send('POST', `/outages/${open}/notes`, { headers: FORM, body: 'text=the+disk+is+full+%3Ci%3E' });
    const { text } = await page('invoices-lyon');
    expect(text).toContain('the disk is full &lt;i&gt;');
    expect(text).toContain(`${server.origin}/ping/invoices-lyon/$?`);
    expect((await page('report-madrid')).text).toContain('CRON_TZ=Europe/Madrid\n');
  });
});
