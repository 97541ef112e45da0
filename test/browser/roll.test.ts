import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../build/chromium.ts';
import { fillRoll, type SampleRoll, sampleRoll } from '../../build/sample-roll.ts';
import { outageId } from '../../lambda/core/roll/outage-id.ts';
import type { WatchReport } from '../../lambda/core/roll/state.ts';
import type { RollStore } from '../../lambda/core/roll/store.ts';
import { createTestGate } from '../support/keys.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED } from '../support/stores.ts';
import { accessibilityFaults, isScrolledSideways } from './accessibility.ts';
import { type Visitor, visit } from './visitor.ts';

const browser = await launchChromium();

describe.skipIf(browser === undefined)('the roll in a browser', () => {
  let sample: SampleRoll;
  let store: RollStore;
  let base: TestServer;
  let server: TestServer;
  /** What the watch has found, as a test says. */
  let watch: WatchReport;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    base = await startServer(EMBEDDED);
    const roll = await base.deps.roll?.();
    if (roll === undefined) throw new Error('there is no roll');
    store = roll;
    sample = sampleRoll(60, Date.now());
    await fillRoll(store, sample);
    const { timestamps, people } = base.deps;
    const watched = { ...store, getWatch: async () => watch };
    server = await startServer(EMBEDDED, { deps: { timestamps, people, roll: async () => watched } });
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
    await base.close();
  });
  afterEach(async () => {
    const faults = visitors.flatMap((visitor) => visitor.faults);
    for (const { close } of visitors) await close();
    visitors = [];
    expect(faults).toEqual([]);
  });

  async function open(path: string, options?: BrowserContextOptions, of = server): Promise<Page> {
    if (browser === undefined) throw new Error('no browser');
    watch = { ...sample.watch, at: Date.now() };
    const visitor = await visit(browser, of.origin, options);
    visitors.push(visitor);
    await visitor.page.clock.install();
    await visitor.page.addInitScript(
      "globalThis.looks = 0; document.addEventListener('rollcall:looked', () => { globalThis.looks += 1; })",
    );
    await visitor.page.goto(path);
    return visitor.page;
  }
  /** What a tick does that finds a source silent. */
  async function goDown(source: string): Promise<void> {
    const state = await store.getSource(source);
    if (state === undefined) throw new Error(`nobody knows ${source}`);
    const at = Date.now();
    const outage = { id: outageId(source, at, 'silent'), startedAt: at, reason: 'silent' as const };
    await store.putState({ ...state, standing: 'down', since: at, outage }, state.version);
    const { up = 0, down = 0 } = watch.counts;
    watch = { ...watch, at: at + 1, counts: { ...watch.counts, up: up - 1, down: down + 1 } };
  }
  /** Lets the clock of a page run until it has looked once more, so that the next look is in its clock, too. */
  async function untilLooked(page: Page): Promise<void> {
    const looks = (): Promise<number> => page.evaluate('globalThis.looks');
    const before = await looks();
    while ((await looks()) === before) await page.clock.runFor(500);
  }
  const iconOf = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');

  it.each([
    ['on a screen', { viewport: { width: 1280, height: 900 } }],
    ['on a phone', { viewport: { width: 360, height: 740 } }],
  ])('has a source that goes down within five seconds, without a reload or a shift, %s', async (_, options) => {
    const source = options.viewport.width > 1000 ? 'sync-berlin' : 'sensor-berlin';
    const page = await open('/sources', options);
    const before = watch.counts.down ?? 0;
    expect(await page.title()).toBe(`(${before} down) Roll · Rollcall`);
    await page.evaluate(
      "globalThis.same = true; globalThis.shifts = 0; new PerformanceObserver((list) => { for (const { value } of list.getEntries()) globalThis.shifts += value; }).observe({ type: 'layout-shift', buffered: true })",
    );
    // What the page shows at first need not be read again for ever.
    for (let look = 0; look < 3; look++) await untilLooked(page);
    await goDown(source);
    await page.clock.runFor(5_000);
    const row = page.locator('tr.down', { hasText: source });
    await row.waitFor();
    expect(await row.textContent()).toContain('silent');
    await page.getByRole('status').getByText(`${source} is down`).waitFor();
    expect(await page.locator('.verdict b').textContent()).toBe(`${before + 1} are down.`);
    expect(await page.locator('.alarm').textContent()).toBe(`${before + 1} down`);
    expect(await page.title()).toBe(`(${before + 1} down) Roll · Rollcall`);
    expect(await iconOf(page)).toMatch(/alarm/);
    expect(await page.evaluate('[globalThis.same, globalThis.shifts]')).toEqual([true, 0]);
    // As the next test finds it.
    sample = { ...sample, watch };
  });

  it('asks for the report alone while nothing happens, and for the page only when the watch has looked', async () => {
    const page = await open('/sources');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    for (let look = 0; look < 6; look++) await untilLooked(page);
    expect(asked.filter((path) => path === '/watch')).toHaveLength(6);
    expect(asked.filter((path) => path === '/sources').length).toBeLessThanOrEqual(2);
    await page.getByRole('switch', { name: 'Live' }).uncheck();
    asked.length = 0;
    await goDown('meter-cadiz');
    await untilLooked(page);
    await untilLooked(page);
    await page.getByText(`${watch.counts.down} down`, { exact: true }).waitFor();
    expect(asked).not.toContain('/sources');
    sample = { ...sample, watch };
  });

  it('is told in the header of every page, and that the server cannot be reached, and looks less often then', async () => {
    const page = await open('/docs');
    const down = `${watch.counts.down} down`;
    await page.locator('.alarm', { hasText: down }).waitFor();
    expect(await page.title()).toBe(`(${down}) API · Rollcall`);
    expect(await iconOf(page)).toMatch(/alarm/);
    watch = { ...watch, counts: { up: 60 } };
    await page.clock.runFor(30_000);
    await page.locator('.alarm', { hasText: '0 down' }).waitFor();
    expect(await page.title()).toBe('API · Rollcall');
    expect(await iconOf(page)).toMatch(/icon/);
    watch = { ...watch, at: Date.now() - 3_600_000 };
    await page.clock.runFor(30_000);
    await page.locator('.alarm', { hasText: 'Not watched' }).waitFor();
    let tries = 0;
    await page.route('**/watch', (route) => {
      tries += 1;
      return route.abort();
    });
    await page.clock.runFor(30_000);
    await page.locator('.alarm', { hasText: 'Offline' }).waitFor();
    await page.clock.runFor(59_000);
    expect(tries).toBe(1);
    expect(visitors[0]?.faults.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
  });

  it('asks nothing for visitors whom nobody knows', async () => {
    const closed = await startServer(EMBEDDED, { access: 'keys', deps: { gate: createTestGate() } });
    const page = await open('/', {}, closed);
    await page.clock.runFor(60_000);
    expect(await page.locator('.alarm').isVisible()).toBe(false);
    expect(closed.lines.map(({ route }) => route)).not.toContain('/watch');
    await closed.close();
  });

  it('works without JavaScript: filter, expect, pause, acknowledge, note, end', async () => {
    const page = await open('/sources', { javaScriptEnabled: false });
    expect(await page.getByRole('switch').isVisible()).toBe(false);
    await page.getByText('Filter', { exact: true }).first().click();
    await page.getByLabel('Name begins with').fill('report-m');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'report-madrid' }).click();
    await page.getByLabel('Grace').fill('often');
    await page.getByRole('button', { name: 'Expect this' }).click();
    await page.getByText('Nothing was changed').waitFor();
    expect(await page.getByLabel('Grace').inputValue()).toBe('often');
    await page.getByLabel('Grace').fill('3h');
    await page.getByRole('button', { name: 'Expect this' }).click();
    expect(await page.getByLabel('Grace').inputValue()).toBe('3h');
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await page.locator('h1 .standing').textContent()).toBe('paused');
    await page.getByText('Expect nothing of it any more').click();
    await page.getByRole('button', { name: 'Expect nothing' }).click();
    expect(await page.locator('h1 .standing').textContent()).toBe('unwatched');

    await page.goto('/outages');
    await page.getByRole('link', { name: 'report-porto' }).first().click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Acknowledged', { exact: true }).waitFor();
    await page.getByLabel('Add a note').fill('The disk <i>is</i> full.');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('The disk <i>is</i> full.').waitFor();
  });

  it('greets, remembers and erases without JavaScript', async () => {
    const page = await open('/', { javaScriptEnabled: false });
    await page.getByRole('region', { name: 'For people, too' }).getByLabel('Name').first().fill('Mallory');
    await page.getByRole('button', { name: 'Greet' }).click();
    await page.getByText('Hello, Mallory?').waitFor();
    await page.getByLabel('Date of birth').fill('1990-05-17');
    await page.getByRole('button', { name: 'Remember it' }).click();
    await page.getByText('Hello, Mallory!').waitFor();
    await page.getByText('Change or erase').click();
    await page.getByRole('button', { name: 'Erase it' }).click();
    await page.waitForURL(`${server.origin}/`);
    expect(await base.deps.people.get('Mallory')).toBeUndefined();
  });

  describe('each of its pages', () => {
    const paths = async () => {
      const outage = (await store.listOutages({ limit: 1, open: true })).outages[0]?.id;
      return [
        '/sources',
        '/sources?name=nobody&standing=down',
        '/sources/invoices-lyon',
        '/sources/certificates-oslo',
        '/sources/nobody',
        '/outages',
        '/outages?open=false&source=nobody',
        `/outages/${outage}`,
      ];
    };
    beforeAll(async () => {
      for (const query of ['state=start&run=1', 'exit=2&run=1&value.disk=95', 'value.disk=80']) {
        await base.send('POST', `/app?source=invoices-lyon&${query}`);
      }
    });

    it.each([
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['light, on a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
      ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
    ] as const)('is accessible: %s', async (_, options) => {
      const page = await open('/sources', { reducedMotion: 'reduce', ...options });
      for (const path of await paths()) {
        await page.goto(path);
        await page.evaluate("for (const node of document.querySelectorAll('details')) node.open = true");
        expect(await accessibilityFaults(page, path)).toEqual([]);
      }
    });

    it('fits into 320 pixels, with the longest things that people can type', async () => {
      const long = 'x'.repeat(64);
      const at = Date.now();
      const id = outageId(long, at, 'limit');
      const outage = { id, startedAt: at, reason: 'limit' as const, detail: `${'y'.repeat(64)} = 1.7e308, at most 90` };
      const tags = Array.from({ length: 20 }, (_, i) => `${i}${'t'.repeat(62)}`);
      const expectation = JSON.stringify({ every: '1d', tags, description: 'z'.repeat(1024) });
      await store.putState({ source: long, version: 0, standing: 'affected', since: at, outage, expectation }, 0);
      await store.recordEvent({ id: `${id}-1`, kind: 'opened', source: long, at, outage, told: true, tick: 't' });
      await store.addNote(id, { at, by: 'n'.repeat(64), text: 'm'.repeat(1500) }, 'note');
      const page = await open('/sources', { viewport: { width: 320, height: 640 } });
      for (const path of [
        ...(await paths()),
        `/sources/${long}`,
        `/outages/${id}`,
        `/outages?source=${long}`,
        `/sources?tag=${tags[0]}`,
      ]) {
        await page.goto(path);
        await page.evaluate("for (const node of document.querySelectorAll('details')) node.open = true");
        expect([path, await isScrolledSideways(page)]).toEqual([path, false]);
      }
    });
  });
});
