import { afterAll, describe, expect, it } from 'vitest';
import { createPost, MOST_OF_ANSWER, type Resolve } from '../../../lambda/notify/http/post.ts';
import { type Answer, startReceiver } from '../../support/receiver.ts';

const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => void close()));

async function receiver(...answers: readonly Answer[]) {
  const started = await startReceiver(...answers);
  closing.push(started.close);
  return started;
}

/** A resolver by which every name leads to some addresses. */
function leadingTo(...addresses: readonly string[]): Resolve {
  return (_, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
}

describe('post', () => {
  it('posts a body with its headers, and reads the answer', async () => {
    const { origin, received } = await receiver(202);
    const post = createPost({ allowPrivate: true });
    expect(await post(`${origin}/hook?x=1`, { 'x-one': '1' }, 'héllo')).toMatchObject({ status: 202, text: 'ok' });
    expect(received[0]).toMatchObject({
      path: '/hook?x=1',
      body: 'héllo',
      headers: { 'x-one': '1', 'content-length': '6' },
    });
  });

  it.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '10.0.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    '[64:ff9b::7f00:1]',
  ])('asks nobody at the address %s', async (host) => {
    const post = createPost({ allowPrivate: false });
    await expect(post(`https://${host}/`, {}, '')).rejects.toMatchObject({ reason: 'forbidden' });
  });

  it('asks nobody at a name that leads to such an address', async () => {
    const { origin, received } = await receiver(200);
    const { port } = new URL(origin);
    const only = createPost({ allowPrivate: false, resolve: leadingTo('127.0.0.1') });
    await expect(only(`https://hooks.example.com:${port}/`, {}, '')).rejects.toMatchObject({ reason: 'forbidden' });
    expect(received).toEqual([]);
  });

  it('looks a name up once, and connects to what it has checked', async () => {
    const { origin, received } = await receiver(200);
    const { port } = new URL(origin);
    let asked = 0;
    const resolve: Resolve = (name, callback) => {
      asked++;
      leadingTo('127.0.0.1')(name, callback);
    };
    const post = createPost({ allowPrivate: true, resolve });
    await post(`http://hooks.example.com:${port}/`, {}, '');
    expect([asked, received.length]).toEqual([1, 1]);
  });

  it('speaks plain HTTP to nobody, unless private addresses are allowed', async () => {
    const post = createPost({ allowPrivate: false });
    await expect(post('http://hooks.example.com/', {}, '')).rejects.toThrow('only https is spoken');
  });

  it('takes a redirect for an answer, and goes nowhere', async () => {
    const elsewhere = await receiver(200);
    const { origin } = await receiver((response) => response.writeHead(302, { location: elsewhere.origin }).end());
    expect(await createPost({ allowPrivate: true })(origin, {}, '')).toMatchObject({ status: 302 });
    expect(elsewhere.received).toEqual([]);
  });

  it('gives up who hangs, before the head of the answer and within it', async () => {
    const post = createPost({ allowPrivate: true, timeoutMs: 100 });
    const silent = await receiver(() => {});
    await expect(post(silent.origin, {}, '')).rejects.toMatchObject({
      reason: 'hung',
      message: 'no answer within 0.1 seconds',
    });
    const half = await receiver((response) => response.writeHead(200).write('half'));
    await expect(post(half.origin, {}, '')).rejects.toMatchObject({ reason: 'hung' });
  });

  it('says when the connection is reset, and nothing of the address', async () => {
    const { origin } = await receiver((response) => response.destroy());
    const failing = createPost({ allowPrivate: true })(`${origin}/secret-path`, {}, '');
    await expect(failing).rejects.toMatchObject({ reason: 'failed', message: 'no answer (ECONNRESET)' });
  });

  it('reads 64 KB of an answer of 10 MB, and waits for no more', async () => {
    const { origin } = await receiver((response) => {
      response.writeHead(200);
      for (let sent = 0; sent < 160; sent++) response.write(Buffer.alloc(65_536, 'x'));
    });
    const { text } = await createPost({ allowPrivate: true, timeoutMs: 5_000 })(origin, {}, '');
    expect(text).toHaveLength(MOST_OF_ANSWER);
  });
});
