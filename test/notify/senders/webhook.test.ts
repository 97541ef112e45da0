import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, it } from 'vitest';
import { createPost } from '../../../lambda/notify/http/post.ts';
import { createWebhookSender } from '../../../lambda/notify/senders/webhook.ts';
import { startReceiver } from '../../support/receiver.ts';
import { WEBHOOK_SECRET } from '../../support/telling.ts';
import { noticeFor } from './notices.ts';

const receiver = await startReceiver(200);
afterAll(receiver.close);

/** What a receiver that uses the scheme's own library is shown. */
async function sent(now: () => number = Date.now) {
  const send = createWebhookSender({ post: createPost({ allowPrivate: true }), now });
  const secrets = { url: `${receiver.origin}/hook`, secret: WEBHOOK_SECRET };
  const attempt = await send(noticeFor(), { name: 'ops', to: [], secrets });
  const request = receiver.received.at(-1);
  if (request === undefined) throw new Error('nothing came');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { attempt, headers, body: request.body };
}

describe('a webhook', () => {
  it('is signed so that the library of Standard Webhooks takes it', async () => {
    const { attempt, headers, body } = await sent();
    expect(attempt).toEqual({ kind: 'delivered', answer: '200 ok' });
    expect(new Webhook(WEBHOOK_SECRET).verify(body, headers)).toMatchObject({
      type: 'outage.opened',
      timestamp: '2026-11-25T08:17:00.000Z',
      data: { id: 'notice-1', channel: 'ops', events: [{ source: 'backup-db', kind: 'opened' }] },
    });
    expect(headers).toMatchObject({ 'webhook-id': 'notice-1', 'rollcall-event': 'notice-1' });
  });

  it('is refused by it with another secret, with another body, and after five minutes', async () => {
    const { headers, body } = await sent();
    const other = new Webhook(`whsec_${Buffer.from('another secret of thirty-two by.').toString('base64')}`);
    expect(() => other.verify(body, headers)).toThrow();
    expect(() => new Webhook(WEBHOOK_SECRET).verify(body.replace('backup', 'buckup'), headers)).toThrow();
    const late = await sent(() => Date.now() - 6 * 60_000);
    expect(() => new Webhook(WEBHOOK_SECRET).verify(late.body, late.headers)).toThrow('too old');
  });
});
