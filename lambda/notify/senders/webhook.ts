import { createHmac } from 'node:crypto';
import { EVENT_HEADER } from '../../core/telling/notice.ts';
import type { Post } from '../http/post.ts';
import { attemptOf, type Send } from './sender.ts';

export interface WebhookOptions {
  readonly post: Post;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Makes what posts a notice as JSON, signed as Standard Webhooks has it (its specification 1.0.0, "Signature scheme"). */
export function createWebhookSender({ post, now }: WebhookOptions): Send {
  return async ({ id, createdAt, channel, purpose, message }, { secrets: { url = '', secret = '' } }) => {
    const { type, subject, text, events } = message;
    const body = JSON.stringify({
      type: purpose === 'events' ? type : `rollcall.${purpose}`,
      timestamp: new Date(createdAt).toISOString(),
      data: { id, channel, subject, text, events },
    });
    const timestamp = String(Math.floor(now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
      [EVENT_HEADER]: id,
    };
    return attemptOf(await post(url, headers, body), now());
  };
}

function sign(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}
