import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../../lambda/core/telling/sealed.ts';
import type { TellingStore } from '../../../lambda/core/telling/store.ts';
import { createPost } from '../../../lambda/notify/http/post.ts';
import { createNotifier, type Notifier } from '../../../lambda/notify/notifier.ts';
import { createWebhookSender } from '../../../lambda/notify/senders/webhook.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { backends } from '../../support/stores.ts';
import { KEYS, WEBHOOK_SECRET } from '../../support/telling.ts';

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const HOOK = 'https://hooks.example.com/services/T0/B0/very-secret';

describe.each(backends())('channels, on $name', (backend) => {
  let server: TestServer;
  let store: TellingStore;
  let receiver: Receiver;
  let notify: Notifier;

  beforeAll(async () => {
    server = await startServer(backend, { deps: { allowPrivate: true } });
    const { telling } = server.deps;
    if (telling === undefined) throw new Error('there is no table');
    store = await telling();
    receiver = await startReceiver(200, 500);
    const webhook = createWebhookSender({ post: createPost({ allowPrivate: true }), now: Date.now });
    notify = createNotifier({
      ...store,
      stage: 'test',
      log: () => {},
      now: Date.now,
      privateKey: async () => KEYS.privateKey,
      senders: { webhook },
      wait: async () => {},
    });
  });
  afterAll(async () => {
    receiver.close();
    await server.close();
  });

  const put = (name: string, body: unknown) =>
    server.send('PUT', `/channels/${name}`, { headers: JSON_HEADERS, body: JSON.stringify(body) });
  const get = (path: string, headers: Record<string, string> = { accept: 'application/json' }) =>
    server.send('GET', path, { headers });

  it('have the key that seals made by whoever opens, before the first secret', async () => {
    const first = await put('slack', { kind: 'slack', url: HOOK });
    expect([first.status, first.headers['retry-after']]).toEqual([503, '5']);
    await store.channels.putPublicKey(KEYS.publicKey);
    expect((await put('slack', { kind: 'slack', url: HOOK })).status).toBe(200);
  });

  it('never show a secret again: not in an answer, a page, the log, nor in the table', async () => {
    await put('hook', { kind: 'webhook', url: HOOK, secret: WEBHOOK_SECRET });
    const replies = [
      await put('hook', { kind: 'webhook' }),
      await get('/channels/hook'),
      await get('/channels/hook', { accept: 'text/html' }),
      await get('/channels'),
      await get('/channels', { accept: 'text/html' }),
    ];
    const stored = await store.channels.get('hook');
    const seen = JSON.stringify([replies, server.lines, stored]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(seen).not.toMatch(/very-secret|whsec_/);
    expect(open(stored?.sealed.url ?? '', KEYS.privateKey, 'channel/hook/url')).toBe(HOOK);
    expect(JSON.parse(replies[1]?.text ?? '')).toMatchObject({
      name: 'hook',
      kind: 'webhook',
      secrets: ['url', 'secret'],
    });
  });

  it.each([
    [{ kind: 'pigeon' }, 'kind'],
    [{ kind: 'mail' }, 'to'],
    [{ kind: 'mail', to: ['ops@example.com\r\nBcc: eve@example.com'] }, 'to'],
    [{ kind: 'mail', to: ['a@b,c@d'] }, 'to'],
    [{ kind: 'mail', to: ['ops@example.com'], url: 'https://very-secret' }, 'url'],
    [{ kind: 'sms', to: ['0034600'] }, 'to'],
    [{ kind: 'slack', url: 'ftp://very-secret' }, 'url'],
    [{ kind: 'slack', url: 'https://user:very-secret@example.com/' }, 'url'],
    [{ kind: 'slack' }, 'url'],
    [{ kind: 'webhook', url: 'https://very-secret' }, 'secret'],
    [{ kind: 'webhook', url: 'https://very-secret', secret: 'whsec_dG9vc2hvcnQ=' }, 'secret'],
    [{ kind: 'slack', uri: 'https://very-secret' }, 'uri'],
    [{ kind: 'slack', url: 'https://x', to: ['very-secret'] }, 'to'],
  ])('are not set up by %j, and it says what is allowed, not what came', async (body, field) => {
    const { status, text } = await put('wrong', body);
    const { errors, detail } = JSON.parse(text);
    expect([status, errors[0].field]).toEqual([400, field]);
    expect(detail).toContain('allowed is');
    if (field !== 'to') expect(text).not.toContain('very-secret');
    expect((await get('/channels/wrong')).status).toBe(404);
  });

  it('are tried, and it says what the other side answered', async () => {
    await put('tried', { kind: 'webhook', url: `${receiver.origin}/x`, secret: WEBHOOK_SECRET });
    const trying = server.send('POST', '/channels/tried/test', { headers: { accept: 'application/json' } });
    await drained('tried', 1);
    const { status, text } = await trying;
    expect([status, JSON.parse(text)]).toEqual([
      200,
      expect.objectContaining({ outcome: 'delivered', answer: '200 ok', purpose: 'test' }),
    ]);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ type: 'rollcall.test' });
    const page = await get('/channels/tried', { accept: 'text/html' });
    expect(page.text).toContain('200 ok');
  });

  it('are tried, and it says where to look when nothing is settled yet', async () => {
    const impatient = await startServer(backend, { deps: { telling: server.deps.telling, channelTestMs: 0 } });
    const { status, headers, text } = await impatient.send('POST', '/channels/tried/test', {
      headers: { accept: 'application/json' },
    });
    await impatient.close();
    expect([status, headers.location]).toEqual([202, '/channels/tried']);
    expect(JSON.parse(text)).toMatchObject({ attempts: 0, purpose: 'test' });
    await drained('tried', 2);
    expect(JSON.parse((await get('/channels/tried')).text).notices[0]).toMatchObject({ attempts: 1, answer: '500 ok' });
  });

  it('are removed, with their secrets', async () => {
    expect((await server.send('DELETE', '/channels/tried')).status).toBe(204);
    expect((await server.send('DELETE', '/channels/tried')).status).toBe(204);
    expect((await get('/channels/tried')).status).toBe(404);
    expect((await server.send('POST', '/channels/tried/test')).status).toBe(404);
  });

  /** Sends, as soon as so many notices were written for the channel. */
  async function drained(name: string, count: number): Promise<void> {
    while ((await store.notices.recent(name, 50)).length < count) await new Promise(setImmediate);
    await notify(name);
  }
});
