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
import { fillRoll, sampleRoll } from './sample-roll.ts';

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

/** A source that is down, and has runs and values. */
const WATCHED = 'report-porto';

/** Records runs of the last days, with how full the disk was. */
async function fillRuns({ timestamps }: Deps): Promise<void> {
  let micros = 0;
  const nextId = createIdSource({ shards: 8, now: () => micros, random: (size) => new Uint8Array(size).fill(7) });
  for (let day = 24; day >= 0; day--) {
    const ended = NOW - day * 86_400_000 - 1_440_000;
    const took = (14 + ((day * 7) % 11)) * 60_000;
    for (const [at, fields] of [
      [ended - took, { state: 'start' as const }],
      [
        ended,
        day === 0
          ? { exit: 2, values: { disk: 99.6 } }
          : { values: { disk: 96 - day * 1.1 + (day % 3), rows: 48_000 - ((day * 911) % 700) } },
      ],
    ] as const) {
      micros = at * 1000;
      const id = nextId();
      const record = {
        id,
        timestamp: timestampOf(id),
        source: WATCHED,
        run: `day-${day}`,
        requestId: `run-${day}`,
        clientIp: '198.51.100.24',
        protocol: 'https',
      };
      await timestamps.put({ ...record, ...fields });
    }
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
  const created = createDeps(env);
  const store = await created.roll?.();
  if (store === undefined) throw new Error('There is no roll.');
  const sample = sampleRoll(96, NOW);
  await fillRoll(store, sample);
  await fillRuns(created);
  const noted = sample.outages.find(({ source, endedAt }) => source === WATCHED && endedAt === undefined);
  if (noted !== undefined) {
    const text = 'The disk of the host is full: 100% of 2 TB. Old dumps are being moved.';
    await store.addNote(noted.id, { at: NOW - 9 * 60_000, by: 'ines', text }, 'note');
  }
  const deps = { ...created, now: () => NOW, roll: async () => ({ ...store, getWatch: async () => sample.watch }) };
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

/** The address of the open outage of a source. */
async function outageOf(source: string): Promise<string | undefined> {
  const page = await fetch(`${app.origin}/sources/${source}`, { headers: { accept: 'text/html' } });
  return /\/outages\/[0-9a-f-]{36}/.exec(await page.text())?.[0];
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

await picture('roll-light', '/sources', { viewport: { ...WIDE, height: 960 }, colorScheme: 'light' });
await picture('roll-dark', '/sources', { viewport: WIDE, colorScheme: 'dark' });
await picture('roll-phone', '/sources', { viewport: PHONE, colorScheme: 'dark' });
await picture('source-light', `/sources/${WATCHED}`, { viewport: { ...WIDE, height: 1500 }, colorScheme: 'light' });
await picture('outage-dark', (await outageOf(WATCHED)) ?? '/outages', { viewport: WIDE, colorScheme: 'dark' });
await picture('welcome-light', '/', { viewport: WIDE, colorScheme: 'light' });
await picture('timestamps-light', '/app', { viewport: WIDE, colorScheme: 'light' });
await picture('timestamps-dark', '/app', { viewport: WIDE, colorScheme: 'dark' });
await picture('docs-dark', '/docs', { viewport: WIDE, colorScheme: 'dark' });
await picture('timestamps-phone', '/app', { viewport: PHONE, colorScheme: 'light' });
await picture('welcome-phone', '/', { viewport: PHONE, colorScheme: 'dark' });
await browser.close();
await app.close();
process.exit(0);
