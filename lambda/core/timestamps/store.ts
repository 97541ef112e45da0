import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { untilDeadline } from '../dynamo/deadline.ts';
import { TABLES } from '../dynamo/tables.ts';
import { type IdRange, mergeShards, rangeOf } from './page.ts';
import type { Page, PageQuery, TimestampRecord } from './record.ts';
import { expiryOf, RECORD_FIELDS, recordOf } from './record.ts';
import { shardOf } from './timestamp-id.ts';

/** An item as it is stored. */
const Item = v.object({ sk: v.string(), ...RECORD_FIELDS });

/** An item that a query found. Most of those that are read for a page are not on it, so the rest of it comes later. */
interface Found {
  readonly id: string;
  readonly item: unknown;
}

export interface TimestampStore {
  /** Writes a record: one write, which may be repeated with the same record without harm. */
  put(record: TimestampRecord): Promise<void>;
  /** The record with this id, or undefined. One strongly consistent read of one item. */
  get(id: string): Promise<TimestampRecord | undefined>;
  /**
   * A page of records: one query a shard, of at most `limit + 1` items each. It sees every record whose write was
   * acknowledged before; a page by source reads an index, which DynamoDB updates a moment later.
   */
  list(query: PageQuery): Promise<Page>;
}

export interface TimestampStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How many shards may hold records: 1 to 256. It may grow, never shrink. */
  readonly shards: number;
  /**
   * How many days a record is kept; DynamoDB deletes it in the days after.
   * @default - for ever
   */
  readonly retentionDays?: number | undefined;
}

/** The timestamps in DynamoDB: `pk = "t#" + shard`, `sk = id`. */
export function createTimestampStore(options: TimestampStoreOptions): TimestampStore {
  const { client, tableName, shards, retentionDays } = options;
  async function queryShard(shard: number, source: string | undefined, range: IdRange, count: number) {
    const { partitionKey, sortKey, indexes } = TABLES.timestamps;
    const key =
      source === undefined
        ? { attribute: partitionKey, value: partitionOf(shard), ConsistentRead: true }
        : { attribute: indexes.bySource.partitionKey, value: sourceShardOf(source, shard), IndexName: 'bySource' };
    const { attribute, value, ...where } = key;
    const found: Found[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...where,
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#pk': attribute, '#sk': sortKey },
          ExpressionAttributeValues: { ':pk': value, ':low': range.low, ':high': range.high },
          ScanIndexForward: !range.newestFirst,
          Limit: count - found.length,
          ExclusiveStartKey,
        }),
        untilDeadline(),
      );
      for (const item of answer.Items ?? []) found.push({ id: item[sortKey], item });
      // DynamoDB ends an answer at 1 MB, so even one with few or no items may not be the last.
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && found.length < count);
    return found;
  }

  return {
    async put(record) {
      const { id, timestamp: _, source, ...rest } = record;
      const shard = shardOf(id);
      const expiry = retentionDays && { [TABLES.timestamps.expiry]: expiryOf(id, retentionDays) };
      const bySource = source === undefined ? {} : { source, sourceShard: sourceShardOf(source, shard) };
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: { pk: partitionOf(shard), sk: id, ...bySource, ...rest, ...expiry },
        }),
        untilDeadline(),
      );
    },

    async get(id) {
      const Key = { pk: partitionOf(shardOf(id)), sk: id };
      const command = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && toRecord(Item);
    },

    async list(query) {
      const range = rangeOf(query);
      if (range === undefined) return { records: [], more: false };
      const numbers = Array.from({ length: shards }, (_, shard) => shard);
      const runs = await Promise.all(numbers.map((shard) => queryShard(shard, query.source, range, query.limit + 1)));
      const { records, more } = mergeShards(runs, range, query.limit);
      return { records: records.map(({ item }) => toRecord(item)), more };
    },
  };
}

function partitionOf(shard: number): string {
  return `t#${shard}`;
}

function sourceShardOf(source: string, shard: number): string {
  return `${source}#${shard}`;
}

function toRecord(item: unknown): TimestampRecord {
  const { sk, ...fields } = v.parse(Item, item);
  return recordOf(sk, fields);
}
