import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Env } from '../lambda/api/env.ts';
import { shardOf } from '../lambda/core/timestamps/timestamp-id.ts';
import { idsUntil } from './ids.ts';

/** What the records say. */
export const NOTE = 'nightly run finished';
export const SOURCE = 'bench';

const BATCH = 25;
const IN_FLIGHT = 8;

/**
 * Fills the table with timestamps, one a second and all of one source, as lambda/core/timestamps/store.ts writes them.
 *
 * @returns the id of one near the new end: in either table, every shard has more than a page of older ones
 */
export async function seed(env: Env, count: number, note = NOTE): Promise<string> {
  const { region, dynamodbEndpoint: endpoint = '', tables, shards } = env;
  const { timestamps } = tables;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, endpoint }));
  const ids = idsUntil(Date.now(), count, shards);
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH));

  const write = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const requests = batch.map((id) => ({ PutRequest: { Item: itemOf(id, note) } }));
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [timestamps]: requests } }),
      );
      if (UnprocessedItems?.[timestamps]) throw new Error(`${timestamps} did not take all of a batch`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, write));
  client.destroy();
  return ids[Math.floor(count * 0.95)] ?? '';
}

function itemOf(id: string, note: string) {
  const shard = shardOf(id);
  return {
    pk: `t#${shard}`,
    sk: id,
    source: SOURCE,
    sourceShard: `${SOURCE}#${shard}`,
    note,
    clientIp: '203.0.113.7',
    protocol: 'http',
    requestId: '00000000-0000-4000-8000-000000000000',
  };
}
