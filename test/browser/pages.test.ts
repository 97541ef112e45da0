import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../build/chromium.ts';
import type { Deps } from '../../lambda/api/deps.ts';
import { routes } from '../../lambda/api/routes.ts';
import { jsonText, visible } from '../../lambda/core/text/visible-text.ts';
import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import { createTestGate } from '../support/keys.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED } from '../support/stores.ts';
import { accessibilityFaults, isScrolledSideways } from './accessibility.ts';
import { seed } from './seed.ts';
import { type Visitor, visit } from './visitor.ts';
import { XSS_PAYLOADS } from './xss-payloads.ts';

const COUNT = 1_050;
/** The newest of the seeded timestamps. */
const LAST = Date.parse('2026-11-20T22:15:06Z');

const browser = await launchChromium();
if (browser === undefined) console.log('The tests of the pages are left out: there is no Chromium on this machine.');

async function startEmbedded(replaced: Partial<Deps> = {}): Promise<TestServer> {
  return startServer(EMBEDDED, { deps: replaced });
}

describe.skipIf(browser === undefined)('in a browser', () => {
  /** With COUNT records, which no test adds to. */
  let full: TestServer;
  /** With the few that the tests record. */
  let fresh: TestServer;
  /** Newest first. */
  let records: TimestampRecord[];
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    full = await startEmbedded({ now: () => LAST + 60_000 });
    fresh = await startEmbedded();
    records = await seed(full.deps.timestamps, COUNT, LAST, (i) => ({
      source: i % 10 === 0 ? 'tenth' : 'other',
      note: `happening ${i}`,
    }));
    await full.deps.people.put({ username: 'alice', dateOfBirth: '1990-05-17' });
  });
  afterAll(async () => {
    await browser?.close();
    await full.close();
    await fresh.close();
  });
  afterEach(async () => {
    const faults = visitors.flatMap((visitor) => visitor.faults);
    for (const { close } of visitors) await close();
    visitors = [];
    expect(faults).toEqual([]);
  });

  async function open(server: TestServer, path: string, options?: BrowserContextOptions): Promise<Page> {
    if (browser === undefined) throw new Error('no browser');
    const visitor = await visit(browser, server.origin, options);
    visitors.push(visitor);
    await visitor.page.goto(path);
    return visitor.page;
  }
  const newestOf = async (server: TestServer): Promise<TimestampRecord> =>
    JSON.parse((await server.send('GET', '/app?limit=1')).text).items[0];
  const rowCount = (page: Page) => page.locator('tbody tr').count();
  const hrefs = (page: Page): Promise<string[]> =>
    page.evaluate("[...document.querySelectorAll('tbody a')].map((link) => link.getAttribute('href'))");

  describe('recording', () => {
    it('by the button shows the new time in place', async () => {
      const page = await open(fresh, '/', { timezoneId: 'Asia/Kolkata' });
      await page.getByLabel('Source').fill('browser');
      await page.getByLabel('Note').fill('with JavaScript');
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      const link = page.locator('form [role=status] a');
      await link.waitFor();
      const record = await newestOf(fresh);
      expect(record).toMatchObject({ source: 'browser', note: 'with JavaScript' });
      expect(await link.getAttribute('href')).toBe(`/app/${record.id}`);
      const local = new Date(Date.parse(record.timestamp) + 5.5 * 3_600_000).toISOString().slice(11, 19);
      expect(await link.textContent()).toBe(`${local}${record.timestamp.slice(19, -1)}`);
      expect(new URL(page.url()).pathname).toBe('/');
    });

    it('by the button works without JavaScript, and goes on to the list', async () => {
      const page = await open(fresh, '/', { javaScriptEnabled: false });
      await page.getByLabel('Note').fill('without JavaScript');
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      await page.waitForURL('**/app');
      expect(await page.locator('tbody tr').first().textContent()).toContain('without JavaScript');
      expect(await newestOf(fresh)).not.toHaveProperty('source');
    });

    it('says what was wrong, and that nothing was recorded when the server cannot be reached', async () => {
      const page = await open(fresh, '/');
      const { id } = await newestOf(fresh);
      const status = page.locator('form [role=status]');
      // Each of these is two bytes: the browser counts characters.
      await page.getByLabel('Note').fill('é'.repeat(600));
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      await page.getByText('1,024 bytes').waitFor();
      await page.route('**/app', (route) => route.fulfill({ status: 502, body: '<html>' }));
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      await page.getByText('The server answered 502.').waitFor();
      await page.context().setOffline(true);
      await page.unroute('**/app');
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      await page.getByText('Nothing was recorded.').waitFor();
      expect(await status.getAttribute('class')).toContain('failed');
      expect((await newestOf(fresh)).id).toBe(id);
      // The console tells of the three, too.
      const [visitor] = visitors;
      expect(visitor?.faults.splice(0).every((fault) => /Failed to load resource/.test(fault))).toBe(true);
    });

    it.each([
      ['the clipboard', ''],
      ['no clipboard, as over HTTP', "Object.defineProperty(navigator, 'clipboard', { value: undefined })"],
    ])('is told for the terminal, with a button that copies by %s', async (_, script) => {
      const page = await open(fresh, '/', { permissions: ['clipboard-read', 'clipboard-write'] });
      await page.addInitScript(script);
      await page.reload();
      const code = page.locator('.code').first();
      expect(await code.locator('pre').textContent()).toBe(`curl -X POST ${fresh.origin}/app`);
      await code.getByRole('button').click();
      await code.getByText('Copied').waitFor();
      await page.getByLabel('Note').focus();
      await page.keyboard.press('ControlOrMeta+V');
      expect(await page.getByLabel('Note').inputValue()).toBe(`curl -X POST ${fresh.origin}/app`);
    });
  });

  describe('the list', () => {
    it('pages through all timestamps to the oldest, and back', async () => {
      const page = await open(full, '/app');
      const seen = await hrefs(page);
      const older = page.getByRole('link', { name: 'Older' });
      const pages = [page.url()];
      while (await older.isVisible()) {
        await older.click();
        seen.push(...(await hrefs(page)));
        pages.push(page.url());
      }
      expect(seen).toEqual(records.map(({ id }) => `/app/${id}`));
      expect(pages).toHaveLength(Math.ceil(COUNT / 100));
      await page.getByRole('link', { name: 'Newer' }).click();
      expect(await hrefs(page)).toEqual(seen.slice(900, 1000));
      await page.getByRole('link', { name: 'Newest' }).click();
      expect(await hrefs(page)).toEqual(seen.slice(0, 100));
    });

    it("shows local time, the whole time in UTC on hover, the age and the reader's time zone", async () => {
      const page = await open(full, '/app?limit=1', { timezoneId: 'Asia/Kolkata' });
      const time = page.locator('tbody time');
      expect(await time.textContent()).toBe('2026-11-21 03:45:06');
      expect(await time.getAttribute('title')).toBe('2026-11-20 22:15:06.000000 UTC');
      expect(await time.getAttribute('datetime')).toBe('2026-11-20T22:15:06.000000Z');
      expect(await page.locator('th').first().textContent()).toMatch(/^Time \(Asia\/(Kolkata|Calcutta)\)$/);
      const plain = await open(full, '/app?limit=1', { javaScriptEnabled: false });
      expect(await plain.locator('tbody time').textContent()).toBe('2026-11-20 22:15:06');
      expect(await plain.locator('tbody .ago').textContent()).toBe('1 minute ago');
    });

    it('has a plot of what is shown, told in words, too, which says that it is not all', async () => {
      const page = await open(full, '/app?source=tenth');
      const link = page.getByRole('link', { name: 'Counts of the last 30 days' });
      expect(await link.getAttribute('href')).toMatch(/^\/sources\/tenth\/series\?from=2026-10-21T22%3A16%3A06/);
      expect(await page.getByRole('figure').textContent()).toContain('on this page; other pages have more.');
      await page.goto('/app?source=tenth&limit=1000');
      expect(await page.getByRole('figure').textContent()).toContain('all that match.');
      await page.goto('/app');
      const plot = page.getByRole('img', { name: '100 timestamps, at most 60 in a minute' });
      expect(await plot.getAttribute('aria-label')).toContain('at 2026-11-20 22:14 UTC');
      expect(await plot.locator('rect').count()).toBe(3);
    });

    it('is filtered by source, and the filter stays from page to page', async () => {
      const page = await open(full, '/app');
      await page.getByLabel('Source').fill('tenth');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL('**/app?source=tenth');
      await page.getByRole('link', { name: 'Older' }).click();
      expect(await rowCount(page)).toBe(COUNT / 10 - 100);
      expect(await page.getByLabel('Source').inputValue()).toBe('tenth');
    });

    it('is filtered by a span in local time', async () => {
      const page = await open(full, '/app', { timezoneId: 'Asia/Kolkata' });
      await page.getByLabel('From (').fill('2026-11-21T03:44:57');
      await page.getByLabel('To (').fill('2026-11-21T03:45:06');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL(/from=2026-11-20T22%3A14%3A57Z&to=2026-11-20T22%3A15%3A06Z$/);
      expect(await hrefs(page)).toEqual(records.slice(1, 10).map(({ id }) => `/app/${id}`));
      expect(await page.getByLabel('From (').inputValue()).toBe('2026-11-21T03:44:57');
    });

    it('is filtered by a span in UTC without JavaScript', async () => {
      const page = await open(full, '/app', { timezoneId: 'Asia/Kolkata', javaScriptEnabled: false });
      expect(await page.getByText('From (UTC)').isVisible()).toBe(true);
      await page.getByLabel('From (').fill('2026-11-20T22:14:57');
      await page.getByLabel('To (').fill('2026-11-20T22:15:06');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.waitForURL('**/app?from=2026-11-20T22:14:57Z&to=2026-11-20T22:15:06Z');
      expect(await rowCount(page)).toBe(9);
      await page.getByRole('link', { name: 'All time' }).click();
      expect(await rowCount(page)).toBe(100);
      await page.getByRole('link', { name: 'Last hour' }).click();
      expect(await page.getByLabel('From (').inputValue()).toBe('2026-11-20T21:16');
    });

    it('says that nothing matches, and how to record the first one', async () => {
      const page = await open(full, '/app?source=nobody');
      await page.getByText('No timestamps match this filter.').waitFor();
      await page.getByRole('link', { name: 'Show all timestamps' }).click();
      expect(await rowCount(page)).toBe(100);
      const empty = await startEmbedded();
      const first = await open(empty, '/app');
      await first.getByText('There are no timestamps yet.').waitFor();
      expect(await first.locator('.code pre').textContent()).toContain(`curl -X POST ${empty.origin}/app -d`);
      await empty.close();
    });

    it('refreshes while the switch is on, and marks what came since', async () => {
      const page = await open(fresh, '/app');
      await page.clock.install();
      await page.reload();
      const before = await rowCount(page);
      const live = page.getByRole('switch', { name: 'Live' });
      await live.check();
      await page.getByText('Live: nothing new yet.').waitFor();
      for (const note of ['first', 'second']) {
        await fresh.send('POST', `/app?note=live-${note}`);
        await page.clock.runFor(5_000);
        await page.getByRole('cell', { name: `live-${note}` }).waitFor();
      }
      await page.getByText('Live: 2 new.').waitFor();
      expect(await page.locator('tr', { hasText: 'New' }).count()).toBe(2);
      expect(await rowCount(page)).toBe(before + 2);
      expect(await page.getByRole('img').last().getAttribute('aria-label')).toContain(`${before + 2} timestamps`);

      await live.uncheck();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await fresh.send('POST', '/app?note=live-unseen');
      await page.clock.runFor(60_000);
      // The header still asks how many are down.
      expect(requests.filter((url) => !url.endsWith('/watch'))).toEqual([]);
    });

    it('says while it is live that the server cannot be reached, and goes on when it can', async () => {
      const page = await open(fresh, '/app');
      await page.clock.install();
      await page.reload();
      await page.getByRole('switch', { name: 'Live' }).check();
      await page.route('**/app?**', (route) => route.abort());
      await page.clock.runFor(5_000);
      await page.getByText('The server cannot be reached; trying again.').waitFor();
      await page.unroute('**/app?**');
      await page.clock.runFor(5_000);
      await page.getByText('Live: nothing new yet.').waitFor();
      expect(visitors[0]?.faults.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
    });

    it.each([
      ['CSV', 1 + COUNT, 1 + COUNT / 10],
      ['NDJSON', COUNT, COUNT / 10],
    ])('is downloaded as %s, all of what matches', async (name, all, tenth) => {
      const page = await open(full, '/app');
      const download = async () => {
        const [event] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name, exact: true }).click(),
        ]);
        expect(event.suggestedFilename()).toBe(`timestamps.${name.toLowerCase()}`);
        return (await readFile(await event.path(), 'utf8')).trimEnd().split(/\r?\n/);
      };
      const lines = await download();
      expect(lines).toHaveLength(all);
      expect(lines.at(-1)).toContain(records.at(-1)?.id);
      await page.goto('/app?source=tenth');
      expect(await download()).toHaveLength(tenth);
    });
  });

  describe('the API page', () => {
    it('shows every operation of the document', async () => {
      const page = await open(full, '/docs');
      await page.locator('details.operation').first().waitFor();
      const shown = await page.locator('details.operation > summary').allTextContents();
      const known = routes.map(({ method, path }) => `${method}${path}`);
      expect(shown.map((text) => known.find((start) => text.startsWith(start)))).not.toContain(undefined);
      expect(shown).toHaveLength(known.length);
    });

    it('sends a request and shows the curl line and the answer', async () => {
      const page = await open(fresh, '/docs');
      const form = page.getByRole('form', { name: 'Try GET /hello/{username}' });
      await page.getByText('/hello/{username}Greets').or(page.locator('#greetPerson > summary')).first().click();
      await form.getByLabel('username').fill('bob');
      await form.getByLabel('tz').fill('Europe/Madrid');
      await form.getByLabel('Accept').selectOption('application/json');
      const line = await form.locator('.code pre').textContent();
      expect(line).toBe(`curl '${fresh.origin}/hello/bob?tz=Europe%2FMadrid' -H 'accept: application/json'`);
      await form.getByRole('button', { name: 'Send GET' }).click();
      await form.getByText('404 Not Found').waitFor();
      expect(await form.locator('.answer').textContent()).toContain('"detail": "Nobody of this name is known."');
      expect(visitors[0]?.faults.splice(0)).toEqual([expect.stringContaining('404')]);
    });

    it('shows a key to what asks for one, and nowhere else', async () => {
      const gate = createTestGate();
      const key = gate.add({ name: 'reader', scopes: ['read'] });
      const closed = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
      const page = await open(closed, '/docs');
      await page.getByLabel(/^Key/).fill(key);
      const form = page.getByRole('form', { name: 'Try GET /app', exact: true });
      await page.locator('#listTimestamps > summary').click();
      await form.getByLabel('Accept').selectOption('application/json');
      expect(await form.locator('.code pre').textContent()).toBe(
        `curl ${closed.origin}/app -H "authorization: Bearer $KEY" -H 'accept: application/json'`,
      );
      await form.getByRole('button', { name: 'Send GET' }).click();
      await form.getByText('200 OK').waitFor();
      expect(closed.lines.at(-1)).toMatchObject({ route: '/app', principal: 'reader' });
      expect(await page.content()).not.toContain(key);
      const ready = page.locator('form[aria-label="Try GET /ready"] .code pre');
      expect(await ready.textContent()).toBe(`curl ${closed.origin}/ready`);
      await closed.close();
    });

    it('sends bodies of the type that is chosen', async () => {
      const page = await open(fresh, '/docs#recordTimestamp');
      const form = page.getByRole('form', { name: 'Try POST /app' });
      await form.getByLabel('Content-Type').selectOption('application/x-www-form-urlencoded');
      await form.getByLabel('Body').fill("note=it's+here");
      expect(await form.locator('.code pre').textContent()).toBe(
        `curl -X POST ${fresh.origin}/app -H 'content-type: application/x-www-form-urlencoded' -d 'note=it'\\''s+here'`,
      );
      await form.getByRole('button', { name: 'Send POST' }).click();
      await form.getByText('201 Created').waitFor();
      expect((await newestOf(fresh)).note).toBe("it's here");
    });
  });

  describe('every page', () => {
    const pages = () => [
      '/',
      '/app?limit=5',
      '/app?source=nobody',
      `/app/${records[0]?.id}`,
      '/hello/alice',
      '/hello/nobody',
      '/docs',
      '/dosc',
      '/app?limit=0&source=%20',
    ];

    it.each([
      ['light', 'rgb(250, 249, 246)'],
      ['dark', 'rgb(18, 21, 24)'],
    ] as const)('is accessible in the %s colours', async (colorScheme, background) => {
      const page = await open(full, '/', { colorScheme, reducedMotion: 'reduce' });
      for (const path of pages()) {
        await page.goto(path);
        if (path === '/docs') {
          await page.locator('details.operation').first().waitFor();
          // All operations are made alike.
          await page.evaluate(
            "for (const node of document.querySelectorAll('#recordTimestamp, #recordTimestamp *')) node.open = true",
          );
        }
        if (path === '/') {
          await page.route('**/app', (route) =>
            route.fulfill({ status: 201, json: { id: records[0]?.id, timestamp: records[0]?.timestamp } }),
          );
          await page.getByRole('button', { name: 'Record a timestamp' }).click();
          await page.locator('form [role=status] a').waitFor();
          await page.unroute('**/app');
        }
        expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(background);
        expect(await accessibilityFaults(page, path)).toEqual([]);
      }
    });

    it('fits into 320 pixels', async () => {
      const page = await open(full, '/', { viewport: { width: 320, height: 640 } });
      const sideways: string[] = [];
      for (const path of pages()) {
        await page.goto(path);
        if (path === '/docs') {
          await page.locator('details.operation').first().waitFor();
          await page.evaluate("for (const node of document.querySelectorAll('#api details')) node.open = true");
        }
        if (await isScrolledSideways(page)) sideways.push(path);
      }
      expect(sideways).toEqual([]);
    });

    it('fits into 320 pixels with the longest things that people can type', async () => {
      const server = await startEmbedded();
      const long = { source: 'x'.repeat(64), note: 'y'.repeat(1024), clientIp: `2001:db8:${'ffff:'.repeat(5)}ffff` };
      const [record] = await seed(server.deps.timestamps, 1, Date.now(), () => long);
      await server.deps.people.put({ username: 'z'.repeat(64), dateOfBirth: '1990-05-17' });
      const page = await open(server, '/app', { viewport: { width: 320, height: 640 } });
      for (const path of ['/app', `/app/${record?.id}`, `/hello/${'z'.repeat(64)}`, `/app?source=${'+'.repeat(300)}`]) {
        await page.goto(path);
        expect([path, await isScrolledSideways(page)]).toEqual([path, false]);
      }
      await page.setViewportSize({ width: 1100, height: 700 });
      await page.goto('/app');
      expect(await isScrolledSideways(page)).toBe(false);
      await server.close();
    });

    it('is printed without what only a screen needs', async () => {
      const page = await open(full, '/app');
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('form').isVisible()).toBe(false);
      expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(false);
      expect(await page.locator('tbody tr').first().isVisible()).toBe(true);
      expect(await page.locator('.plot svg').isVisible()).toBe(true);
    });

    it('moves nothing for who wants that', async () => {
      const page = await open(full, '/app');
      const animation = async (reducedMotion: 'reduce' | 'no-preference') => {
        await page.emulateMedia({ reducedMotion });
        await page.evaluate("document.querySelector('tbody tr').className = 'fresh'");
        return page.evaluate("getComputedStyle(document.querySelector('tbody tr')).animationName");
      };
      expect(await animation('no-preference')).toBe('arrive');
      expect(await animation('reduce')).toBe('none');
    });

    it('is used with the keyboard alone', async () => {
      const page = await open(fresh, '/');
      const focused = (): Promise<string> =>
        page.evaluate('document.activeElement.name || document.activeElement.textContent.trim()');
      const tabTo = async (wanted: string) => {
        for (let i = 0; i < 40 && (await focused()) !== wanted; i++) await page.keyboard.press('Tab');
        expect(await focused()).toBe(wanted);
        const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
        expect(outline).not.toBe('none');
      };
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      await tabTo('source');
      await page.keyboard.type('keys');
      await tabTo('note');
      await page.keyboard.type('typed');
      await page.keyboard.press('Enter');
      await page.locator('form [role=status] a').waitFor();
      expect(await newestOf(fresh)).toMatchObject({ source: 'keys', note: 'typed' });

      await page.goto('/app');
      await tabTo('source');
      await page.keyboard.type('keys');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/app?source=keys');
      expect(await rowCount(page)).toBe(1);
      await page.evaluate("document.querySelector('[role=switch]').focus()");
      await page.keyboard.press('Space');
      expect(await page.getByRole('switch').isChecked()).toBe(true);
    });
  });

  describe('a wrong address', () => {
    it('leads to the right one', async () => {
      const page = await open(full, '/apps');
      await page.getByRole('main').getByRole('link', { name: '/app', exact: true }).click();
      expect(await rowCount(page)).toBe(100);
    });
  });

  describe('what people type', () => {
    let server: TestServer;
    /** Newest first; each has a payload for a note. */
    let typed: TimestampRecord[];

    beforeAll(async () => {
      server = await startEmbedded();
      typed = await seed(server.deps.timestamps, XSS_PAYLOADS.length, Date.now(), (i) => ({
        note: XSS_PAYLOADS[i] ?? '',
      }));
    });
    afterAll(() => server.close());

    it('is text, and nothing of it runs', async () => {
      const page = await open(server, '/app');
      expect(await page.locator('td.note').allTextContents()).toEqual(XSS_PAYLOADS.toReversed().map(visible));
      for (const [i, payload] of XSS_PAYLOADS.entries()) {
        const encoded = encodeURIComponent(payload);
        const [address, place, shown] = [
          [`/app?source=${encoded}`, 'dd code', jsonText(payload)] as const,
          [`/hello/alice?tz=${encoded}`, 'dd code', jsonText(payload)] as const,
          [`/hello/${encoded}`, 'dd code', jsonText(payload)] as const,
          [`/app/${typed.at(-1 - i)?.id}`, 'dl > div:nth-child(2) > dd', visible(payload)] as const,
        ][i % 4] ?? ['', '', ''];
        await page.goto(address);
        expect(await page.locator(place).textContent()).toBe(shown);
      }
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    });

    it('changes no element and no attribute of any page', async () => {
      const html = async (path: string, headers = {}) =>
        (await server.send('GET', path, { headers: { accept: 'text/html', ...headers } })).text;
      /** Each makes an address of a text; the harmless one comes first. */
      const kinds: Record<string, (text: string, i: number) => Promise<string>> = {
        source: (text) => html(`/app?source=${encodeURIComponent(text)}`),
        'name of a parameter': (text) => html(`/app?${encodeURIComponent(text)}=1`),
        username: (text) => html(`/hello/${encodeURIComponent(text)}`),
        'time zone': (text) => html(`/hello/bob?tz=${encodeURIComponent(text)}`),
        id: (text) => html(`/app/${encodeURIComponent(text)}`),
        path: (text) => html(`/x-${encodeURIComponent(text)}`),
        note: (_, i) => html(`/app/${typed.at(-1 - i)?.id}`),
        Host: (text) => html('/', { host: text }),
        'Host, on a record': (text) => html(`/app/${typed[0]?.id}`, { host: text }),
        'User-Agent': (text) => html('/', { 'user-agent': text, referer: text, origin: text }),
        'X-Forwarded-For': (text) =>
          html('/app?limit=1', { 'x-forwarded-for': text, 'x-forwarded-proto': text, 'x-forwarded-host': text }),
      };
      const pages: { kind: string; payload: string; text: string }[] = [];
      for (const [kind, made] of Object.entries(kinds)) {
        for (const [i, payload] of ['harmless !', ...XSS_PAYLOADS].entries()) {
          // Headers are bytes.
          const text = /^(Host|User|X-)/.test(kind) ? payload.replaceAll(/[^ -~]/g, '?') : payload;
          pages.push({ kind, payload, text: await made(text, Math.max(0, i - 1)) });
        }
      }
      // A page of no origin has no policy, which would forbid to parse.
      const page = await open(server, 'about:blank');
      const shapes: string[] = await page.evaluate(`${JSON.stringify(pages.map(({ text }) => text))}.map((text) =>
        [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*')]
          .map((node) => [node.localName, ...node.getAttributeNames()].join(' ')).join('\\n'))`);
      const changed = pages.filter(
        ({ kind }, i) => shapes[i] !== shapes[pages.findIndex((page) => page.kind === kind)],
      );
      expect(changed.map(({ kind, payload }) => `${kind}: ${payload}`)).toEqual([]);
      expect(pages.filter(({ text }) => XSS_PAYLOADS.some((it) => /[<"']/.test(it) && text.includes(it)))).toEqual([]);
    });
  });
});
