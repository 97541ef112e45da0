/** The log of what was recorded, in the order of ids: the table of timestamps, read by time. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { answersOf } from '../core/dynamo/answers.ts';
import { fromItem, toItem } from '../core/dynamo/items.ts';
import { TABLES } from '../core/dynamo/tables.ts';
import type { RollRecord } from '../core/roll/heard.ts';
import { EVERYTHING } from '../core/timestamps/page.ts';
import { RECORD_STATES } from '../core/timestamps/record.ts';
import { partitionOf } from '../core/timestamps/store.ts';
import { idBefore, lowestIdAt, microsOf } from '../core/timestamps/timestamp-id.ts';

/** A record, as far as the watch reads it. */
export interface LogRecord extends RollRecord {
  readonly source?: string | undefined;
  /** Its instant, in whole milliseconds. */
  readonly at: number;
}

const RollFields = v.object({
  source: v.optional(v.string()),
  state: v.fallback(v.optional(v.picklist(RECORD_STATES)), undefined),
  run: v.optional(v.string()),
  exit: v.optional(v.number()),
  values: v.optional(v.record(v.string(), v.number())),
});

/** A record of the log, of whatever has these fields. */
export function logRecord(id: string, fields: Readonly<Record<string, unknown>>): LogRecord {
  return { ...v.parse(RollFields, fields), id, at: Math.floor(microsOf(id) / 1000) };
}

/** Reads all records of a stretch of time, in milliseconds, in order, strongly consistent. Its end is not in it. @default to - no end */
export type LogReader = (from: number, to?: number) => Promise<readonly LogRecord[]>;

export interface LogReaderOptions {
  readonly client: DynamoDBClient;
  /** The table of timestamps. */
  readonly tableName: string;
  /** The shards that are written. */
  readonly shards: number;
}

export function createLogReader({ client, tableName: TableName, shards }: LogReaderOptions): LogReader {
  const { partitionKey, sortKey } = TABLES.timestamps;
  const names = Object.keys(RollFields.entries);

  async function readShard(shard: number, low: string, high: string): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    const query = {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
      // It costs as much as whole records, but less of them has to travel.
      ProjectionExpression: ['#sk', ...names.map((name) => `#${name}`)].join(', '),
      ExpressionAttributeNames: {
        '#pk': partitionKey,
        '#sk': sortKey,
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: toItem({ ':pk': partitionOf(shard), ':low': low, ':high': high }),
    };
    for await (const { Items = [] } of answersOf(client, query)) {
      for (const { [sortKey]: id, ...item } of Items) records.push(logRecord(id?.S ?? '', fromItem(item)));
    }
    return records;
  }

  return async (from, to) => {
    const low = lowestIdAt(from * 1000);
    const high = to === undefined ? EVERYTHING.high : idBefore(lowestIdAt(to * 1000));
    const parts = await Promise.all(Array.from({ length: shards }, (_, shard) => readShard(shard, low, high)));
    return parts.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  };
}
