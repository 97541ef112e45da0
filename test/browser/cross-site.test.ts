import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../build/chromium.ts';
import { listen } from '../../local/listen.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED } from '../support/stores.ts';

// By these names the pages are not from this machine: of plain HTTP elsewhere, browsers say less.
const browser = await launchChromium(['--host-resolver-rules=MAP *.example 127.0.0.1']);

describe.skipIf(browser === undefined)('in a browser', () => {
  let server: TestServer;
  let evil: Server;
  let evilPort: string;
  beforeAll(async () => {
    server = await startServer(EMBEDDED);
    evil = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(
        // The names under which our server is reached, each with a form of its own.
        ['127.0.0.1', 'rollcall.example']
          .map(
            (name) => `<form id="${name}" method="post" action="${at(name, '/app')}"><button>${name}</button></form>`,
          )
          .join(''),
      );
    });
    evilPort = new URL(await listen(evil)).port;
  });
  afterAll(async () => {
    await browser?.close();
    evil.close();
    evil.closeAllConnections();
    await server.close();
  });

  const at = (name: string, path: string) => `http://${name}:${new URL(server.origin).port}${path}`;
  const count = async () => JSON.parse((await server.send('GET', '/app')).text).items.length;
  async function openPage(url: string, javaScriptEnabled: boolean) {
    const context = await browser?.newContext({ javaScriptEnabled });
    if (context === undefined) throw new Error('no browser');
    const page = await context.newPage();
    await page.goto(url);
    return { page, close: () => context.close() };
  }

  it.each(['127.0.0.1', 'rollcall.example'])('the form of our own page records, reached as %s', async (name) => {
    for (const javaScriptEnabled of [true, false]) {
      const before = await count();
      const { page, close } = await openPage(at(name, '/'), javaScriptEnabled);
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name: 'Record a timestamp' }).click();
      expect((await answered).status()).toBe(javaScriptEnabled ? 201 : 303);
      expect(await count()).toBe(before + 1);
      await close();
    }
  });

  it.each([
    ['127.0.0.1', 'evil.example'],
    ['rollcall.example', 'evil.example'],
    // Another port of the same host is another origin.
    ['rollcall.example', 'rollcall.example'],
    ['127.0.0.1', '127.0.0.1'],
  ])('the form of a page of somebody else does not: to %s from %s', async (name, elsewhere) => {
    const before = await count();
    const { page, close } = await openPage(`http://${elsewhere}:${evilPort}/`, true);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name }).click();
    expect((await answered).status()).toBe(403);
    expect(await count()).toBe(before);
    await close();
  });
});
