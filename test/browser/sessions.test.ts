import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from '../../build/chromium.ts';
import { createTestGate } from '../support/keys.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { EMBEDDED } from '../support/stores.ts';
import { type Visitor, visit } from './visitor.ts';

const browser = await launchChromium();

describe.skipIf(browser === undefined)('in a browser', () => {
  const gate = createTestGate();
  const key = gate.add({ name: 'alice' });
  let server: TestServer;
  let visitor: Visitor;
  beforeAll(async () => {
    server = await startServer(EMBEDDED, { access: 'keys', deps: { gate } });
  });
  beforeEach(async () => {
    if (browser === undefined) throw new Error('no browser');
    visitor = await visit(browser, server.origin);
  });
  afterEach(async () => {
    const { faults } = visitor;
    await visitor.close();
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  it.each(['127.0.0.1', 'localhost'])('a person signs in, comes back, records, and signs out, at %s', async (name) => {
    const { page } = visitor;
    const origin = server.origin.replace('127.0.0.1', name);
    const own = await visit(page.context().browser() ?? expect.unreachable(), origin);
    await own.page.goto('/app?limit=5');
    expect(new URL(own.page.url()).pathname).toBe('/sign-in');
    await own.page.getByLabel('Key').fill(`${key.slice(0, -1)}_`);
    await own.page.getByRole('button', { name: 'Sign in' }).click();
    expect(await own.page.getByRole('alert').textContent()).toContain('This is no key');
    await own.page.getByLabel('Key').fill(key);
    await own.page.getByRole('button', { name: 'Sign in' }).click();
    await own.page.waitForURL('**/app?limit=5');
    expect(await own.page.locator('.who span').textContent()).toBe('alice');

    const [cookie, ...others] = await own.page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ name: '__Host-rollcall', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(await own.page.evaluate('document.cookie')).toBe('');

    // The start page is the same for everybody: its script asks who it is.
    await own.page.getByRole('link', { name: 'Rollcall' }).click();
    await own.page.getByText('alice').waitFor();
    await own.page.getByRole('button', { name: 'Record a timestamp' }).click();
    await own.page.getByRole('status').getByText('Recorded').waitFor();
    await own.page.getByRole('button', { name: 'Sign out' }).click();
    await own.page.waitForURL('**/sign-in');
    expect(await own.page.context().cookies()).toEqual([]);
    await own.page.goto('/app');
    expect(new URL(own.page.url()).pathname).toBe('/sign-in');
    expect(own.faults).toEqual([]);
    await own.close();
  });

  it('a person without JavaScript can do the same', async () => {
    const own = await visit(visitor.page.context().browser() ?? expect.unreachable(), server.origin, {
      javaScriptEnabled: false,
    });
    await own.page.goto('/');
    await own.page.getByRole('link', { name: 'Sign in' }).click();
    await own.page.getByLabel('Key').fill(key);
    await own.page.getByRole('button', { name: 'Sign in' }).click();
    await own.page.waitForURL(`${server.origin}/`);
    await own.page.getByRole('button', { name: 'Record a timestamp' }).click();
    await own.page.waitForURL('**/app');
    await own.page.getByRole('button', { name: 'Sign out' }).click();
    await own.page.waitForURL('**/sign-in');
    await own.close();
  });

  it('a record that nobody may make is not made, and no password is asked for', async () => {
    const { page } = visitor;
    await page.goto('/');
    const refused = page.waitForResponse((response) => response.url().endsWith('/app'));
    await page.getByRole('button', { name: 'Record a timestamp' }).click();
    expect((await refused).status()).toBe(401);
    await page.getByRole('status').getByText('This asks who you are.').waitFor();
    // The console says of it, too, what is expected here.
    visitor.faults.length = 0;
  });

  it('what an operation takes in a header is sent in a header from the API page', async () => {
    const { page } = visitor;
    await page.goto('/docs#recordTimestamp');
    const form = page.getByRole('form', { name: 'Try POST /app' });
    await page.getByLabel('Key').first().fill(key);
    await form.getByLabel('Idempotency-Key').fill('from-the-page');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await form.getByRole('button', { name: 'Send POST' }).click();
    const request = await sent;
    expect(await request.headerValue('idempotency-key')).toBe('from-the-page');
    expect(new URL(request.url()).search).toBe('');
    expect((await request.response())?.status()).toBe(201);
    expect(await form.locator('.code pre').textContent()).toContain("-H 'idempotency-key: from-the-page'");
  });
});
