import { createServer } from 'node:http';
import * as v from 'valibot';
import { afterAll, expect, it } from 'vitest';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { seal } from '../../lambda/core/telling/sealed.ts';
import { createTellingStore } from '../../lambda/core/telling/store.ts';
import { createPost } from '../../lambda/notify/http/post.ts';
import { createNotifier } from '../../lambda/notify/notifier.ts';
import { createSealingKey } from '../../lambda/notify/sealing-key.ts';
import { sendNotices } from '../../lambda/notify/send-notices.ts';
import { createWebhookSender } from '../../lambda/notify/senders/webhook.ts';
import { listen } from '../../local/listen.ts';
import { createMemoryKeeper } from '../../local/notify/file-keeper.ts';
import { startReceiver } from '../support/receiver.ts';
import { EMBEDDED } from '../support/stores.ts';
import { openTelling, WEBHOOK_SECRET } from '../support/telling.ts';
import { messageFor } from './senders/notices.ts';

const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => void close()));

const Key = v.object({ pk: v.object({ S: v.string() }) });
const Request = v.union([
  v.pipe(
    v.object({ Key }),
    v.transform((request) => request.Key.pk.S),
  ),
  v.pipe(
    v.object({ Item: Key }),
    v.transform((request) => request.Item.pk.S),
  ),
  v.pipe(
    v.object({ ExpressionAttributeValues: v.object({ ':pk': v.object({ S: v.string() }) }) }),
    v.transform((request) => request.ExpressionAttributeValues[':pk'].S),
  ),
]);
const partitionOf = (request: unknown) => v.parse(Request, request);

/** Passes requests on to a store, and notes which action each asks for, and of which partition. */
async function startRecorder(endpoint: string, seen: Set<string>, partitions: Set<string>): Promise<string> {
  const server = createServer(async (incoming, outgoing) => {
    const parts: Uint8Array[] = [];
    for await (const part of incoming) parts.push(part);
    seen.add(String(incoming.headers['x-amz-target']).replace('DynamoDB_20120810.', ''));
    partitions.add(partitionOf(JSON.parse(Buffer.concat(parts).toString())));
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).flatMap(([name, value]) =>
        /^(host|connection|content-length)$/.test(name) ? [] : [[name, String(value)]],
      ),
    );
    const answer = await fetch(endpoint, { method: 'POST', headers, body: Buffer.concat(parts) });
    outgoing.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text());
  });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return listen(server);
}

it('calls of the store what it may call, and nothing else, whatever becomes of a notice', async () => {
  const [seen, partitions] = [new Set<string>(), new Set<string>()];
  const store = await openTelling(EMBEDDED);
  const receiver = await startReceiver(200, 429, 404, 400, 200);
  closing.push(receiver.close);
  const dynamodbEndpoint = await startRecorder(store.endpoint, seen, partitions);
  const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint });
  const recorded = createTellingStore({ client, tableName: store.tableName });
  const ensureKey = createSealingKey(createMemoryKeeper(), recorded.channels);
  const core = { stage: 'test', now: Date.now, log: () => {}, traceId: () => undefined };
  const webhook = createWebhookSender({ post: createPost({ allowPrivate: true }), now: Date.now });
  const notify = createNotifier({
    ...core,
    ...recorded,
    privateKey: ensureKey,
    senders: { webhook },
    wait: async () => {},
  });
  const deps = { ...core, notify, ensureKey };
  const streamOf = (...partitions: string[]) => ({
    Records: partitions.map((S) => ({ dynamodb: { Keys: { pk: { S } } } })),
  });

  expect(await sendNotices(deps, streamOf('m##key', 's#1', 'c'))).toBe(1);
  const publicKey = await store.channels.publicKey();
  for (const name of ['one', 'two']) {
    const sealed = {
      url: seal(receiver.origin, publicKey ?? '', `channel/${name}/url`),
      secret: seal(WEBHOOK_SECRET, publicKey ?? '', `channel/${name}/secret`),
    };
    await store.channels.put({ name, kind: 'webhook', to: [], sealed, updatedAt: 1 });
    for (const sequence of [1, 2]) {
      const ids = [`${name}-${sequence}`];
      await store.notices.add({
        channel: name,
        sequence,
        purpose: 'events',
        createdAt: Date.now(),
        ids,
        message: messageFor(),
      });
    }
  }
  for (let round = 0; round < 3; round++) await sendNotices(deps, streamOf('m#one', 'm#two', 'm#one'));
  const outcomes = (await Promise.all(['one', 'two'].map((name) => store.notices.recent(name, 9)))).flat();
  expect(outcomes.filter(({ outcome }) => outcome === undefined)).toEqual([]);
  expect([...seen].toSorted()).toEqual(TABLES.roll.use.send.table.toSorted());
  const touched = [...partitions].map((partition) => partition.replace(/^m#.*/, 'm#*'));
  expect([...new Set(touched)].toSorted()).toEqual(TABLES.roll.use.send.partitions.toSorted());
  await store.close();
});
