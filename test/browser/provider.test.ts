import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../build/chromium.ts';
import { createApp } from '../../lambda/api/app.ts';
import { createDeps } from '../../lambda/api/deps.ts';
import { createRefresh } from '../../lambda/notify/provider/refresh.ts';
import { createFrontOf } from '../../local/fronts/fronts.ts';
import { createInvoker } from '../../local/invoker.ts';
import { listen } from '../../local/listen.ts';
import { checked } from '../support/contract.ts';
import { createSigningKey, type SigningKey, signToken, startProvider, type TestProvider } from '../support/provider.ts';
import { EMBEDDED, openStore } from '../support/stores.ts';

const browser = await launchChromium();

describe.skipIf(browser === undefined)('in a browser', () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let provider: TestProvider;
  let key: SigningKey;
  /** Of another site than the provider's, which is 127.0.0.1. */
  let origin: string;
  let close: () => void;
  beforeAll(async () => {
    store = await openStore(EMBEDDED, undefined, 'keys');
    // The front is there before it knows whom it asks.
    let app: ReturnType<typeof createApp> | undefined;
    const invoke = createInvoker({ handler: async (event, context) => app?.(event, context) });
    const front = await createFrontOf('alb', { invoke, log: () => {} });
    origin = (await listen(front)).replace('127.0.0.1', 'localhost');
    key = await createSigningKey('one');
    provider = await startProvider(key, [`${origin}/sign-in`]);
    const { keys = '' } = store.env.tables;
    await createRefresh({ ...store.env, oidc: provider.config, tables: { keys } })();
    app = checked(createApp({ ...createDeps({ ...store.env, oidc: JSON.stringify(provider.config) }), log: () => {} }));
    close = () => {
      front.close();
      front.closeAllConnections();
    };
  });
  afterAll(async () => {
    await browser?.close();
    close();
    provider.close();
    await store.close();
  });

  async function openPage(path: string) {
    const context = await browser?.newContext({ baseURL: origin });
    if (context === undefined) throw new Error('no browser');
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }
  async function signInAs(page: Page, name: string) {
    await page.getByRole('link', { name: 'Sign in with' }).click();
    await page.getByPlaceholder('Enter any login').fill(name);
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  it('a person signs in with the provider, comes back to where they were, and records', async () => {
    const page = await openPage('/app?limit=5');
    await signInAs(page, 'carol');
    await page.waitForURL(`${origin}/app?limit=5`);
    expect(await page.locator('.who span').textContent()).toBe('oidc:carol');
    const cookies = await page.context().cookies();
    const [session, ...others] = cookies.filter(({ name }) => name === '__Host-rollcall');
    expect(others).toEqual([]);
    expect(session).toMatchObject({ name: '__Host-rollcall', secure: true, httpOnly: true, sameSite: 'Lax' });
    // Nothing of the token, and nothing of her but her name there.
    expect(session?.value).not.toContain('example');
    await page.goto('/');
    await page.getByText('oidc:carol').waitFor();
    await page.getByRole('button', { name: 'Record a timestamp' }).click();
    await page.getByRole('status').getByText('Recorded').waitFor();
    const list = await page.evaluate("fetch('/app?format=json').then((answer) => answer.json())");
    expect(list).toMatchObject({ items: [{ recordedBy: 'oidc:carol' }] });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.context().close();
  });

  it('whoever breaks off is told so, and may try again', async () => {
    const page = await openPage('/sign-in?next=/app');
    await page.getByRole('link', { name: 'Sign in with' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    expect(await page.getByRole('alert').textContent()).toContain(
      'The identity provider lets nobody in: access_denied',
    );
    await page.context().close();
  });

  it('a token that was not asked for in this browser signs nobody in, though it is a good one', async () => {
    const token = await signToken(key, provider.issuer, { sub: 'mallory', email: 'mallory@example.com', nonce: 'x' });
    const page = await openPage('/sign-in?with=provider&next=/app');
    // She sets out, which leaves a cookie; the attacker knows neither state nor nonce.
    const post = `const form = document.createElement('form');
      form.method = 'post'; form.action = ${JSON.stringify(`${origin}/sign-in`)};
      for (const [name, value] of Object.entries(${JSON.stringify({ id_token: token, state: 'x' })})) {
        const input = document.createElement('input'); input.name = name; input.value = value; form.append(input);
      }
      document.body.append(form); form.submit();`;
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(`${provider.issuer}/.well-known/openid-configuration`);
    await elsewhere.evaluate(post);
    await elsewhere.getByRole('alert').waitFor();
    expect(await elsewhere.getByRole('alert').textContent()).toContain('This was not begun in this browser');
    const names = async () =>
      (await page.context().cookies()).map(({ name }) => name).filter((name) => name.startsWith('__Host'));
    expect(await names()).toEqual(['__Host-rollcall-state']);
    // With the state of another sign-in of hers, it is still another token.
    const kept = (await page.context().cookies()).find(({ name }) => name === '__Host-rollcall-state');
    const [state = ''] = kept?.value.split('.') ?? [];
    await elsewhere.goto(`${provider.issuer}/.well-known/openid-configuration`);
    await elsewhere.evaluate(post.replace('"state":"x"', `"state":"${state}"`));
    await elsewhere.getByRole('alert').getByText('made for another sign-in').waitFor();
    expect(await names()).toEqual(['__Host-rollcall-state']);
    await page.context().close();
  });
});
