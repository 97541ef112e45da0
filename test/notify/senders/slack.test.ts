import { describe, expect, it } from 'vitest';
import type { Post } from '../../../lambda/notify/http/post.ts';
import { createSlackSender } from '../../../lambda/notify/senders/slack.ts';
import { noticeFor } from './notices.ts';

describe('Slack', () => {
  it('gets one message a second of a webhook, however many come', async () => {
    let now = 0;
    const at: [string, number][] = [];
    const post: Post = async (url, _, body) => {
      at.push([url, now]);
      expect(JSON.parse(body)).toMatchObject({
        text: '[Rollcall prod] DOWN: backup-db is silent',
        unfurl_links: false,
      });
      return { status: 200, headers: {}, text: 'ok' };
    };
    const wait = async (ms: number) => {
      now += ms;
    };
    const send = createSlackSender({ post, now: () => now, wait });
    for (let i = 0; i < 3; i++) await send(noticeFor(), { name: 'ops', to: [], secrets: { url: 'https://one' } });
    await send(noticeFor(), { name: 'other', to: [], secrets: { url: 'https://two' } });
    expect(at).toEqual([
      ['https://one', 0],
      ['https://one', 1000],
      ['https://one', 2000],
      ['https://two', 2000],
    ]);
  });
});
