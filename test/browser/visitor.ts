/** A browser that notes whatever must not happen on a page of ours. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Visitor {
  readonly page: Page;
  /** Errors of the console, refusals by the policy, uncaught errors, dialogs, and requests to elsewhere. */
  readonly faults: string[];
  readonly close: () => Promise<void>;
}

/** Opens a window of its own, with the address of the server as the base of paths. */
export async function visit(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: origin, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // That the page itself is an error page is what the console says of it, too.
    const isOwnStatus = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isOwnStatus) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('dialog', async (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin) faults.push(`request to ${request.url()}`);
  });
  return { page, faults, close: () => context.close() };
}
