import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { LogLine } from '../../lambda/core/observe/log.ts';
import type { Channel } from '../../lambda/core/telling/channel.ts';
import type { NoticeHead } from '../../lambda/core/telling/notice.ts';
import { createPost } from '../../lambda/notify/http/post.ts';
import { createNotifier, type NotifierOptions } from '../../lambda/notify/notifier.ts';
import { createSlackSender } from '../../lambda/notify/senders/slack.ts';
import { createWebhookSender } from '../../lambda/notify/senders/webhook.ts';
import { type Answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { backends } from '../support/stores.ts';
import { channelFor, KEYS, openTelling } from '../support/telling.ts';
import { messageFor } from './senders/notices.ts';

const MINUTE = 60_000;

describe.each(backends())('the notifier, on $name', (backend) => {
  const opened = openTelling(backend);
  const receivers: Receiver[] = [];
  const lines: LogLine[] = [];
  let now = Date.UTC(2026, 10, 25, 8);
  let waited: number[] = [];
  let next = 0;

  afterAll(async () => (await opened).close());
  afterEach(() => {
    for (const { close } of receivers.splice(0)) close();
    waited = [];
    lines.splice(0);
  });

  async function notifier(options: Partial<NotifierOptions> = {}) {
    const { channels, notices } = await opened;
    const post = createPost({ allowPrivate: true, timeoutMs: 200 });
    const clock = () => now;
    return createNotifier({
      channels,
      notices,
      stage: 'test',
      log: (line) => lines.push(line),
      now: clock,
      privateKey: async () => KEYS.privateKey,
      senders: {
        webhook: createWebhookSender({ post, now: clock }),
        slack: createSlackSender({ post, now: clock, wait: async () => {} }),
      },
      wait: async (ms) => waited.push(ms),
      ...options,
    });
  }

  /** A channel to a receiver that answers so, with some notices that wait. */
  async function channelWith(answers: readonly Answer[], count = 1, channel: Partial<Channel> = {}) {
    const { channels, notices } = await opened;
    const receiver = await startReceiver(...answers);
    receivers.push(receiver);
    const name = `channel-${++next}`;
    await channels.put(channelFor(name, { url: `${receiver.origin}/hooks/very-secret-path`, ...channel }));
    for (let sequence = 1; sequence <= count; sequence++) await addNotice(name, sequence);
    const states = async () => (await notices.recent(name, 10)).toReversed();
    return { name, receiver, states, bodies: () => receiver.received.map(({ headers }) => headers['webhook-id']) };
  }

  async function addNotice(channel: string, sequence: number, purpose: NoticeHead['purpose'] = 'events') {
    const { notices } = await opened;
    const ids = [`event-${channel}-${sequence}`];
    await notices.add({ channel, sequence, purpose, createdAt: now, ids, message: messageFor() });
  }

  async function forget(...names: readonly string[]) {
    const { channels } = await opened;
    for (const name of names) await channels.delete(name);
  }

  it('sends the notices of a channel in their order, and says what was answered', async () => {
    const { name, states, bodies } = await channelWith([200], 3);
    const send = await notifier();
    await send(name);
    const settled = await states();
    expect(bodies()).toEqual(settled.map(({ id }) => id));
    expect(new Set(bodies()).size).toBe(3);
    for (const one of settled) expect(one).toMatchObject({ outcome: 'delivered', answer: '200 ok', settledAt: now });
    await send(name);
    expect(bodies()).toHaveLength(3);
    await forget(name);
  });

  it('tries again after 500 and 500, with the same id', async () => {
    const { name, states, bodies } = await channelWith([500, 500, 200]);
    await (await notifier())(name);
    const [settled] = await states();
    expect(settled).toMatchObject({ outcome: 'delivered' });
    expect(bodies()).toEqual([settled?.id, settled?.id, settled?.id]);
    expect(waited).toEqual([1000, 2000]);
    await forget(name);
  });

  it('waits as long as Retry-After says: at once if it is short, and else it comes again then', async () => {
    const busyFor = (seconds: number) => (response: Parameters<Exclude<Answer, number>>[0]) =>
      void response.writeHead(429, { 'retry-after': String(seconds) }).end();
    const { name, states, bodies } = await channelWith([busyFor(3), busyFor(600), 200], 2);
    const send = await notifier();
    await send(name);
    expect(waited).toEqual([3000]);
    expect(bodies()).toHaveLength(2);
    expect((await states())[0]).toMatchObject({ heldUntil: now + 600_000 });
    now += 599_000;
    await send(name);
    expect(bodies()).toHaveLength(2);
    now += 1_000;
    await send(name);
    // The second one has waited for the first.
    expect((await states()).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
    await forget(name);
  });

  it('gives up who hangs, and holds up no other channel', async () => {
    const hanging = await channelWith([() => {}]);
    const other = await channelWith([200]);
    const send = await notifier();
    const [, first] = await Promise.all([
      send(hanging.name),
      Promise.race([send(other.name).then(() => 'the other'), delay(2_000, 'too late')]),
    ]);
    expect(first).toBe('the other');
    expect((await hanging.states())[0]).toMatchObject({ attempts: 1, answer: 'no answer within 0.2 seconds' });
    expect(hanging.receiver.received).toHaveLength(1);
    await forget(hanging.name, other.name);
  });

  it('comes again after a reset, later each time, and tells the others after ten minutes, once', async () => {
    const broken = await channelWith([(response) => void response.destroy()]);
    const other = await channelWith([200], 0);
    const send = await notifier();
    const pauses: number[] = [];
    for (let round = 0; round < 6; round++) {
      await send(broken.name);
      const [{ heldUntil = 0 } = {}] = await broken.states();
      pauses.push((heldUntil - now) / MINUTE);
      now = heldUntil;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32]);
    await send(other.name);
    expect(other.receiver.received.map(({ body }) => JSON.parse(body).data.subject)).toEqual([
      `[Rollcall test] The channel ${broken.name} does not take messages at the moment; it is tried again for a day`,
    ]);
    now += 24 * 60 * MINUTE;
    await send(broken.name);
    expect((await broken.states())[0]).toMatchObject({ outcome: 'given-up' });
    expect(lines.filter(({ NoticesLost }) => NoticesLost === 1)).toHaveLength(1);
    await forget(broken.name, other.name);
  });

  it.each([404, 410])(
    'marks a channel broken by %i, has the others tell what it could not, and sends it no more',
    async (status) => {
      const { channels } = await opened;
      const broken = await channelWith([status], 2);
      const other = await channelWith([200], 0);
      const send = await notifier();
      await send(broken.name);
      expect(broken.receiver.received).toHaveLength(1);
      expect((await broken.states()).map(({ outcome }) => outcome)).toEqual(['broken', 'broken']);
      expect(await channels.get(broken.name)).toMatchObject({ brokenAt: now, brokenBecause: `${status} ok` });
      await send(other.name);
      const told = other.receiver.received.map(({ body }) => JSON.parse(body).data.text);
      expect(told).toHaveLength(2);
      expect(told[0]).toContain(`The channel ${broken.name} is broken`);
      expect(told[0]).toContain('DOWN: backup-db is silent');
      await forget(broken.name, other.name);
    },
  );

  it('follows no redirect, and has the others tell what it could not', async () => {
    const elsewhere = await channelWith([200], 0);
    const away: Answer = (response) => response.writeHead(307, { location: elsewhere.receiver.origin }).end();
    const { name, states } = await channelWith([away]);
    const send = await notifier();
    await send(name);
    expect(elsewhere.receiver.received).toEqual([]);
    expect((await states())[0]).toMatchObject({
      outcome: 'refused',
      answer: expect.stringContaining('redirects are not followed'),
    });
    await send(elsewhere.name);
    expect(elsewhere.receiver.received).toHaveLength(1);
    await forget(name, elsewhere.name);
  });

  it('reads 64 KB of 10 MB of answer', async () => {
    const { name, states } = await channelWith([
      (response) => {
        response.writeHead(200);
        for (let sent = 0; sent < 160; sent++) response.write(Buffer.alloc(65_536, 'x'));
      },
    ]);
    await (await notifier())(name);
    expect((await states())[0]).toMatchObject({ outcome: 'delivered', answer: `200 ${'x'.repeat(200)}` });
    await forget(name);
  });

  it('shows no secret of a channel in the answer, the log or the item, though the other side repeats it', async () => {
    const echo: Answer = (response) => response.writeHead(400).end(`no such hook: /hooks/very-secret-path`);
    const { name, states } = await channelWith([echo]);
    const { channels } = await opened;
    await (await notifier())(name);
    const seen = JSON.stringify([await states(), lines, await channels.get(name)]);
    expect(seen).toContain('no such hook');
    expect(seen).not.toContain('very-secret-path');
    await forget(name);
  });

  it('says of secrets that cannot be opened that they must be set anew, and keeps the notice', async () => {
    const { name, states } = await channelWith([200]);
    const { createSealingKeys } = await import('../../lambda/core/telling/sealed.ts');
    await (await notifier({ privateKey: async () => createSealingKeys().privateKey }))(name);
    expect((await states())[0]).toMatchObject({ answer: 'its secrets cannot be opened: set them anew', attempts: 1 });
    await forget(name);
  });

  it('sends what somebody had claimed who did not come back, a minute later', async () => {
    const { notices } = await opened;
    const { name, bodies } = await channelWith([200]);
    const [waiting] = await notices.pending(name);
    if (waiting === undefined) throw new Error('no notice waits');
    expect(await notices.claim(waiting, now, now + MINUTE)).toBe(true);
    const send = await notifier();
    await send(name);
    expect(bodies()).toEqual([]);
    now += MINUTE;
    await send(name);
    expect(bodies()).toEqual([waiting.id]);
    await forget(name);
  });

  it('sends a notice once, though many are asked at the same time', async () => {
    const { name, bodies } = await channelWith([200], 4);
    const send = await notifier();
    await Promise.all(Array.from({ length: 8 }, () => send(name)));
    await send(name);
    expect(new Set(bodies()).size).toBe(4);
    expect(bodies()).toHaveLength(4);
    await forget(name);
  });

  it('passes nothing on of a test, nor of what was passed on', async () => {
    const failing = await channelWith([400], 0);
    const other = await channelWith([200], 0);
    await addNotice(failing.name, 1, 'test');
    await addNotice(failing.name, 2, 'broken-channel');
    const send = await notifier();
    await send(failing.name);
    await send(other.name);
    expect(failing.receiver.received).toHaveLength(2);
    expect(other.receiver.received).toEqual([]);
    await forget(failing.name, other.name);
  });
});
