import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { untilDeadline } from '../dynamo/deadline.ts';
import { fromItem, toItem, type WireItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { EVERYTHING, type IdRange, progressOf, rangeOf, type ShardRun } from './page.ts';
import type { Page, PageQuery, TimestampRecord } from './record.ts';
import { expiryOf, RECORD_FIELDS, recordOf } from './record.ts';
import { shardOf } from './timestamp-id.ts';

/** An item as it is stored. */
const Item = v.object({ sk: v.string(), ...RECORD_FIELDS });

/** An item that a query found. Some of those that are read for a page are not on it, so the rest of it comes later. */
interface Found {
  readonly id: string;
  readonly item: WireItem;
}

/** What a shard has given, and where it goes on. */
interface Run extends ShardRun<Found> {
  readonly next: Record<string, AttributeValue> | undefined;
}

const UNREAD: Run = { found: [], ended: false, next: undefined };

/** A page ends early rather than read much more than this: it costs at most some 290 read units, half of it by source. */
const MAX_PAGE_BYTES = 1_150_000;
/** With the longest note, source and address. */
const MAX_ITEM_BYTES = 1_400;

export interface TimestampStore {
  /** Writes a record: one write, which may be repeated with the same record without harm. */
  put(record: TimestampRecord): Promise<void>;
  /** The record with this id, or undefined. One strongly consistent read of one item. */
  get(id: string): Promise<TimestampRecord | undefined>;
  /**
   * A page of records: one query a shard, of about the part of the page that it is likely to hold, and another of those
   * that may hold more. It ends early where it would read more than about 1 MB. It sees every record whose write was
   * acknowledged before; a page by source reads an index, which DynamoDB updates a moment later.
   */
  list(query: PageQuery): Promise<Page>;
}

export interface TimestampStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How many shards are read: 1 to 256. It may grow (docs/scale.md); it may only shrink where `formerShards` covers it. */
  readonly shards: number;
  /**
   * How many shards may have been written to by whoever wrote before: those beyond `shards` are asked once, before the
   * first page, and are read if they hold anything.
   * @default - no more than `shards`
   */
  readonly formerShards?: number;
  /**
   * How many days a record is kept; DynamoDB deletes it in the days after.
   * @default - for ever
   */
  readonly retentionDays?: number | undefined;
}

/** What a list is about. */
interface Search {
  readonly source: string | undefined;
  readonly range: IdRange;
}

/** The timestamps in DynamoDB: `pk = "t#" + shard`, `sk = id`. */
export function createTimestampStore(options: TimestampStoreOptions): TimestampStore {
  const { client, tableName, shards, formerShards = shards, retentionDays } = options;
  /** Asks a shard for so many more items. DynamoDB ends an answer at 1 MB, so there may be fewer, or none, and more behind. */
  async function readOn(run: Run, shard: number, count: number, { source, range }: Search): Promise<Run> {
    const { partitionKey, sortKey, indexes } = TABLES.timestamps;
    const key =
      source === undefined
        ? { attribute: partitionKey, value: partitionOf(shard), ConsistentRead: true }
        : { attribute: indexes.bySource.partitionKey, value: sourceShardOf(source, shard), IndexName: 'bySource' };
    const { attribute, value, ...where } = key;
    const { Items = [], LastEvaluatedKey: next } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ...where,
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#pk': attribute, '#sk': sortKey },
        ExpressionAttributeValues: toItem({ ':pk': value, ':low': range.low, ':high': range.high }),
        ScanIndexForward: !range.newestFirst,
        Limit: count,
        ExclusiveStartKey: run.next,
      }),
      untilDeadline(),
    );
    const found = Items.map((item) => ({ id: item[sortKey]?.S ?? '', item }));
    return { found: [...run.found, ...found], ended: next === undefined, next };
  }

  /** How many shards hold records. Nobody writes to more than `shards` any more, so what is empty stays empty. */
  async function countShards(): Promise<number> {
    const former = Array.from({ length: Math.max(0, formerShards - shards) }, (_, index) => shards + index);
    const everything = { source: undefined, range: EVERYTHING };
    const runs = await Promise.all(former.map((shard) => readOn(UNREAD, shard, 1, everything)));
    return shards + runs.findLastIndex(({ found }) => found.length > 0) + 1;
  }
  let counted: Promise<number> | undefined;
  /** Asks once in the life of the process, and again if that fails. */
  function shardsInUse(): Promise<number> {
    counted ??= countShards().catch((error) => {
      counted = undefined;
      throw error;
    });
    return counted;
  }

  return {
    async put(record) {
      const command = new PutItemCommand({ TableName: tableName, Item: itemOf(record, retentionDays) });
      await client.send(command, untilDeadline());
    },

    async get(id) {
      const Key = toItem({ pk: partitionOf(shardOf(id)), sk: id });
      const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && toRecord(Item);
    },

    async list(query) {
      const range = rangeOf(query);
      if (range === undefined) return { records: [], more: false };
      const search = { source: query.source, range };
      let runs = Array<Run>(await shardsInUse()).fill(UNREAD);
      for (let round = 0; ; round++) {
        const { records, more, counts } = progressOf(runs, range, query.limit, { round, room: roomAfter(runs) });
        if (!counts.some((count) => count > 0)) return { records: records.map(({ item }) => toRecord(item)), more };
        runs = await Promise.all(
          runs.map((run, shard) => {
            const count = counts[shard] ?? 0;
            return count > 0 ? readOn(run, shard, count, search) : run;
          }),
        );
      }
    },
  };
}

/** The value of the partition key of a shard, and of the index by source. */
export function partitionOf(shard: number): string {
  return `t#${shard}`;
}
export function sourceShardOf(source: string, shard: number): string {
  return `${source}#${shard}`;
}

/** A record as it is stored where records are kept for so many days, or for ever. */
export function itemOf({ id, timestamp: _, source, ...rest }: TimestampRecord, retentionDays: number | undefined) {
  const shard = shardOf(id);
  const expiry = retentionDays && { [TABLES.timestamps.expiry]: expiryOf(id, retentionDays) };
  const bySource = source === undefined ? {} : { source, sourceShard: sourceShardOf(source, shard) };
  return toItem({ pk: partitionOf(shard), sk: id, ...bySource, ...rest, ...expiry });
}

/** How many more items a page may read, if they are like those that it has read. */
function roomAfter(runs: readonly Run[]): number {
  let bytes = 0;
  let items = 0;
  for (const { found } of runs) {
    items += found.length;
    for (const { item } of found) bytes += bytesOf(item);
  }
  return Math.floor((MAX_PAGE_BYTES - bytes) / (items === 0 ? MAX_ITEM_BYTES : bytes / items));
}

/** What DynamoDB takes as the size of an item: that of the names and values, which are text but for a number. */
function bytesOf(item: WireItem): number {
  let bytes = 0;
  for (const name in item) bytes += name.length + Buffer.byteLength(item[name]?.S ?? item[name]?.N ?? '');
  return bytes;
}

/** The record of an item. */
export function toRecord(item: WireItem): TimestampRecord {
  const { sk, ...fields } = v.parse(Item, fromItem(item));
  return recordOf(sk, fields);
}
