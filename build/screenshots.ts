/** `npm run screenshots`: pictures of the running app for the README, of the same data at the same time, always. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { createApp } from '../lambda/api/app.ts';
import { createDeps, type Deps } from '../lambda/api/deps.ts';
import { ENV, parseEnv } from '../lambda/api/env.ts';
import { createIdSource, timestampOf } from '../lambda/core/timestamps/timestamp-id.ts';
import { createTables, LOCAL_TABLES } from '../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../local/dynamo/embedded.ts';
import { forgetAws } from '../local/forget-aws.ts';
import { createAlb } from '../local/fronts/alb.ts';
import { createInvoker } from '../local/invoker.ts';
import { listen } from '../local/listen.ts';
import { readArguments } from '../local/usage.ts';
import { launchChromium } from './chromium.ts';

const FOLDER = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const NOW = Date.parse('2026-11-20T22:15:06.172Z');
const WIDE = { width: 1120, height: 780 };
const PHONE = { width: 360, height: 740 };

const HAPPENINGS = [
  { source: 'backup', note: 'nightly run finished: 48 tables, 3.1 GB', clientIp: '198.51.100.24', protocol: 'https' },
  { source: 'deploy', note: 'version 1.2', clientIp: '203.0.113.7', protocol: 'https' },
  { source: 'door.north', clientIp: '2001:db8::1f', protocol: 'https' },
  { source: 'cron-weekly', note: 'certificates renewed', clientIp: '198.51.100.24', protocol: 'https' },
  { note: 'coffee machine descaled', clientIp: '192.0.2.41', protocol: 'https' },
];

/** Records 90 timestamps within the last three hours, the later the denser. */
async function fill({ timestamps }: Deps): Promise<void> {
  let micros = 0;
  const nextId = createIdSource({ shards: 8, now: () => micros, random: (size) => new Uint8Array(size).fill(7) });
  for (let i = 90; i > 0; i--) {
    // Remainders look like chance and are none.
    const secondsAgo = i * i * 1.1 + ((i * 7919) % 601) * (i / 90) + i * 11;
    micros = Math.round((NOW - secondsAgo * 1000) * 1000) + ((i * 7907) % 1000);
    const id = nextId();
    const happening = HAPPENINGS[(i * 3 + (i % 7)) % HAPPENINGS.length];
    await timestamps.put({
      id,
      timestamp: timestampOf(id),
      requestId: `request-${i}`,
      clientIp: '',
      protocol: '',
      ...happening,
    });
  }
}

async function startApp() {
  const dynamo = await startEmbeddedDynamo();
  forgetAws();
  const env = parseEnv({
    [ENV.region]: 'us-east-1',
    ...LOCAL_TABLES,
    [ENV.dynamodbEndpoint]: dynamo.endpoint,
  });
  await createTables(env);
  const deps = { ...createDeps(env), now: () => NOW };
  await fill(deps);
  const alb = createAlb({
    invoke: createInvoker({ handler: createApp(deps) }),
    multiValueHeaders: true,
    log: console.error,
  });
  return {
    origin: await listen(alb),
    close: async () => {
      alb.close();
      await dynamo.close();
    },
  };
}

readArguments('Usage: npm run screenshots\nMakes the pictures in docs/screenshots/ anew.', {});
const app = await startApp();
const browser = await launchChromium();
if (browser === undefined) throw new Error('There is no Chromium on this machine.');
await mkdir(FOLDER, { recursive: true });

const picture = async (name: string, path: string, options: BrowserContextOptions) => {
  const context = await browser.newContext({ timezoneId: 'Europe/Madrid', locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  // The port differs from run to run.
  await page.route('http://rollcall.example/**', async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const headers = { ...route.request().headers(), host: 'rollcall.example' };
    await route.fulfill({ response: await route.fetch({ url: `${app.origin}${pathname}${search}`, headers }) });
  });
  await page.goto(`http://rollcall.example${path}`, { waitUntil: 'networkidle' });
  await page.screenshot({ path: `${FOLDER}${name}.png`, scale: 'css' });
  await context.close();
};

await picture('welcome-light', '/', { viewport: WIDE, colorScheme: 'light' });
await picture('timestamps-light', '/app', { viewport: WIDE, colorScheme: 'light' });
await picture('timestamps-dark', '/app', { viewport: WIDE, colorScheme: 'dark' });
await picture('docs-dark', '/docs', { viewport: WIDE, colorScheme: 'dark' });
await picture('timestamps-phone', '/app', { viewport: PHONE, colorScheme: 'light' });
await picture('welcome-phone', '/', { viewport: PHONE, colorScheme: 'dark' });
await browser.close();
await app.close();
process.exit(0);
