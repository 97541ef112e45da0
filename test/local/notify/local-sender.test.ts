import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, expect, it } from 'vitest';
import { seal } from '../../../lambda/core/telling/sealed.ts';
import { createTeller } from '../../../lambda/core/telling/tell.ts';
import { startSender } from '../../../local/notify/local-sender.ts';
import { told } from '../../core/telling/events.ts';
import { startReceiver } from '../../support/receiver.ts';
import { EMBEDDED } from '../../support/stores.ts';
import { openTelling, WEBHOOK_SECRET } from '../../support/telling.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-sender-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('on one machine, what is told arrives within seconds, and the key is read by this user alone', async () => {
  const { channels, notices, endpoint, tableName, close } = await openTelling(EMBEDDED);
  const receiver = await startReceiver(200);
  const problems: string[] = [];
  const variables = { AWS_REGION: 'us-east-1', DYNAMODB_ENDPOINT: endpoint, ROLL_TABLE: tableName, ALLOW_PRIVATE: '1' };
  const sender = startSender({ variables, folder, log: (line) => problems.push(line) });
  let publicKey: string | undefined;
  while (publicKey === undefined) publicKey = await channels.publicKey();
  expect(statSync(join(folder, 'channel-key')).mode & 0o777).toBe(0o600);

  const sealed = {
    url: seal(`${receiver.origin}/hook`, publicKey, 'channel/hook/url'),
    secret: seal(WEBHOOK_SECRET, publicKey, 'channel/hook/secret'),
  };
  await channels.put({ name: 'hook', kind: 'webhook', to: [], sealed, updatedAt: 1 });
  await channels.put({ name: 'people', kind: 'mail', to: ['ops@example.com'], sealed: {}, updatedAt: 1 });
  await channels.put({ name: 'phones', kind: 'sms', to: ['+34600000000'], sealed: {}, updatedAt: 1 });
  await createTeller({ channels, notices, stage: 'local' })({ told: [told()], now: Date.now() });
  await receiver.got(1);
  for (const name of ['hook', 'people', 'phones']) {
    while ((await notices.recent(name, 1))[0]?.outcome !== 'delivered') await new Promise(setImmediate);
  }
  await sender.stop();
  const files = readdirSync(join(folder, 'mail')).toSorted();
  expect(files).toEqual([expect.stringMatching(/\.eml$/), expect.stringMatching(/^sms-34600000000-\d+\.txt$/)]);
  const mail = await PostalMime.parse(readFileSync(join(folder, 'mail', files[0] ?? '')));
  expect(mail.subject).toBe('[Rollcall local] DOWN: backup-db is silent');
  expect(sender.mails).toBe(join(folder, 'mail'));
  expect(problems).toEqual([]);
  receiver.close();
  await close();
});
