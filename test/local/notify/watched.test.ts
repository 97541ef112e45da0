import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChannelStore } from '../../../lambda/core/telling/channel-store.ts';
import { seal } from '../../../lambda/core/telling/sealed.ts';
import { createTickDeps } from '../../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../../lambda/watch/env.ts';
import { createTick } from '../../../lambda/watch/tick.ts';
import { type LocalSender, startSender } from '../../../local/notify/local-sender.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { WEBHOOK_SECRET } from '../../support/telling.ts';
import { MINUTE, openWatch, type TestWatch } from '../../watch/support.ts';

let watch: TestWatch;
let receiver: Receiver;
let sender: LocalSender;
const problems: string[] = [];

/** A mail server that keeps what arrives. */
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: async (stream, _, done) => {
    const parts: Uint8Array[] = [];
    for await (const part of stream) parts.push(part);
    mails.push(Buffer.concat(parts).toString());
    done(null);
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  receiver = await startReceiver(200);
  watch = await openWatch();
  const variables = {
    ...watch.variables,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    ALLOW_PRIVATE: '1',
    PAGES_URL: 'https://rollcall.example.com',
  };
  sender = startSender({ variables, folder: undefined, log: (line) => problems.push(line) });
});
afterAll(async () => {
  await sender.stop();
  await watch.close();
  receiver.close();
  smtp.close();
});

it('a source that falls silent is told by mail and webhook, and so is that it answers again', async () => {
  const { client, tables, variables } = watch;
  const channels = createChannelStore({ client, tableName: tables.roll });
  let publicKey: string | undefined;
  while (publicKey === undefined) publicKey = await channels.publicKey();
  const sealed = {
    url: seal(`${receiver.origin}/hook`, publicKey, 'channel/hook/url'),
    secret: seal(WEBHOOK_SECRET, publicKey, 'channel/hook/secret'),
  };
  await channels.put({ name: 'hook', kind: 'webhook', to: [], sealed, updatedAt: 1 });
  await channels.put({ name: 'people', kind: 'mail', to: ['ops@example.com'], sealed: {}, updatedAt: 1 });
  const env = parseWatchEnv({ ...variables, PAGES_URL: 'https://rollcall.example.com' });
  const tick = createTick({
    ...createTickDeps(env, client),
    now: () => watch.now,
    sleep: async (ms) => {
      watch.now += ms;
    },
  });
  const minute = async (...sources: readonly string[]) => {
    watch.now += MINUTE;
    for (const source of sources) await watch.say(source, { note: `note of ${source}` });
    await tick(watch.now + 40_000);
  };

  await minute('background');
  await watch.expectOf('backup', { every: '2m', grace: '1m', tz: 'Europe/Madrid' });
  await minute('background', 'backup');
  for (let passed = 0; passed < 4; passed++) await minute('background');
  const down = await watch.store.getSource('backup');
  expect([down?.standing, down?.outbox]).toEqual(['down', undefined]);
  await receiver.got(1);
  await minute('background', 'backup');
  await minute('background');
  await receiver.got(2);
  while (mails.length < 2) await new Promise(setImmediate);

  const webhooks = receiver.received.map(({ body, headers }) => {
    const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    return new Webhook(WEBHOOK_SECRET).verify(body, shown);
  });
  expect(webhooks).toMatchObject([{ type: 'outage.opened' }, { type: 'outage.resolved' }]);
  const [opened, resolved] = await Promise.all(mails.map((mail) => PostalMime.parse(mail)));
  expect(opened?.subject).toBe('[Rollcall local] DOWN: backup is silent');
  for (const fact of [
    'every 2m, 1m later at the latest',
    'note of backup',
    'https://rollcall.example.com/sources/backup',
  ])
    expect(opened?.text).toContain(fact);
  expect(resolved?.subject).toMatch(/^\[Rollcall local\] UP: backup is up again after \d+ min/);
  expect(resolved?.references).toBe(opened?.references);
  // What is told is told once, and nothing is left behind.
  await minute('background', 'backup');
  expect([receiver.received.length, mails.length]).toEqual([2, 2]);
  expect(problems).toEqual([]);
});
