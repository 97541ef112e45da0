import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EVENT_HEADER } from '../../core/telling/notice.ts';
import type { Post } from '../http/post.ts';
import { attemptOf, type Send } from './sender.ts';

/** Slack takes one message a second of a webhook (its API reference, "Rate limits"). */
const APART_MS = 1_000;

export interface SlackOptions {
  readonly post: Post;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** @default - that of Node */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Makes what posts to an incoming webhook of Slack, or of what understands its blocks. */
export function createSlackSender({ post, now, wait = delay }: SlackOptions): Send {
  /** When each webhook may be used again, by its hash. */
  const free = new Map<string, number>();
  return async ({ id, message }, { secrets: { url = '' } }) => {
    const key = createHash('sha256').update(url).digest('base64');
    const start = Math.max(now(), free.get(key) ?? 0);
    free.set(key, start + APART_MS);
    if (start > now()) await wait(start - now());
    const { subject: text, slack: blocks } = message;
    // No previews: they would fetch every link.
    const body = JSON.stringify({ text, blocks, unfurl_links: false, unfurl_media: false });
    const headers = { 'content-type': 'application/json; charset=utf-8', [EVENT_HEADER]: id };
    return attemptOf(await post(url, headers, body), now());
  };
}
