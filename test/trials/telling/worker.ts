/**
 * One pass of the watch and of what sends, in a process that kills itself at a step: before or after a call of the store, or
 * of the other side. It is told everything by one argument.
 */
import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import type { RollEvent } from '../../../lambda/core/roll/state.ts';
import { createChannelStore } from '../../../lambda/core/telling/channel-store.ts';
import { createNoticeStore } from '../../../lambda/core/telling/notice-store.ts';
import { createTeller } from '../../../lambda/core/telling/tell.ts';
import { createPost } from '../../../lambda/notify/http/post.ts';
import { createNotifier } from '../../../lambda/notify/notifier.ts';
import { createWebhookSender } from '../../../lambda/notify/senders/webhook.ts';

export const Task = v.object({
  endpoint: v.string(),
  tableName: v.string(),
  channels: v.array(v.string()),
  privateKey: v.string(),
  /** The number of the outage that opens. */
  round: v.number(),
  /** Milliseconds since the Unix epoch. */
  now: v.number(),
  /** At which step it kills itself; never, if it has fewer. */
  killAt: v.number(),
});

const Row = v.object({
  sk: v.object({ S: v.string() }),
  version: v.object({ N: v.string() }),
  outbox: v.object({ S: v.string() }),
});

const {
  endpoint,
  tableName,
  channels: names,
  privateKey,
  round,
  now,
  killAt,
} = v.parse(Task, JSON.parse(process.argv[2] ?? ''));
let steps = 0;
function step(): void {
  steps++;
  if (steps === killAt) process.kill(process.pid, 'SIGKILL');
}

const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: endpoint });
client.middlewareStack.add(
  (next) => async (args) => {
    step();
    const answer = await next(args);
    step();
    return answer;
  },
  { step: 'initialize', name: 'kill' },
);

/** The change of state: the outage and what is to be told of it in one conditional write, as the watch makes it. */
async function openOutage(): Promise<void> {
  const outage = { id: `outage-${round}`, startedAt: now, reason: 'silent' } as const;
  const event: RollEvent = {
    id: `${outage.id}.opened.1`,
    kind: 'opened',
    source: `s-${round}`,
    at: now,
    outage,
    told: true,
    tick: `t-${round}`,
  };
  const Item = toItem({ pk: 's#0', sk: event.source, version: 1, outbox: JSON.stringify([event]) });
  const ConditionExpression = 'attribute_not_exists(pk)';
  await client.send(new PutItemCommand({ TableName: tableName, Item, ConditionExpression }));
}

/** What is told, and then leaves the outboxes. */
async function tellAll(): Promise<void> {
  const tell = createTeller({ channels, notices, stage: 'trial' });
  const KeyConditionExpression = 'pk = :pk';
  const ExpressionAttributeValues = { ':pk': { S: 's#0' } };
  const query = { TableName: tableName, KeyConditionExpression, ExpressionAttributeValues, ConsistentRead: true };
  const { Items = [] } = await client.send(
    new QueryCommand({ ...query, FilterExpression: 'attribute_exists(outbox)' }),
  );
  const rows = Items.map((item) => v.parse(Row, item));
  const events = rows.flatMap(({ outbox }): RollEvent[] => JSON.parse(outbox.S));
  const done = await tell({ told: events.map((event) => ({ event })), now });
  for (const { sk, version, outbox } of rows) {
    const left = JSON.parse(outbox.S).filter(({ id }: RollEvent) => !done.has(id));
    if (left.length > 0) continue;
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: 's#0' }, sk },
        UpdateExpression: 'REMOVE outbox SET version = :next',
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version, ':next': { N: String(Number(version.N) + 1) } },
      }),
    );
  }
}

const channels = createChannelStore({ client, tableName });
const notices = createNoticeStore({ client, tableName });
const post = createPost({ allowPrivate: true });
const webhook = createWebhookSender({
  now: Date.now,
  post: async (...request) => {
    step();
    const answer = await post(...request);
    step();
    return answer;
  },
});
const notify = createNotifier({
  channels,
  notices,
  stage: 'trial',
  log: () => {},
  now: () => now,
  privateKey: async () => privateKey,
  senders: { webhook },
});
if (round > 0) await openOutage();
await tellAll();
for (const name of names) await notify(name);
process.stdout.write(String(steps));
