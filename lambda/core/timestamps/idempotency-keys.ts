import { createHash } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { StoreUnavailableError } from '../dynamo/errors.ts';
import { fromItem, toItem, type WireItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import type { TimestampRecord } from './record.ts';
import { expiryOf, RECORD_FIELDS, recordOf } from './record.ts';
import { microsOf } from './timestamp-id.ts';

/** How long a key stands for its record. A record is kept for a day at least, so it outlives its key. */
const KEPT_DAYS = 1;
const SORT_KEY = 'key';

/** An item as it is stored. The record is nested, so that no index sees its fields. */
const Item = v.object({ record: v.object({ id: v.string(), ...RECORD_FIELDS }) });

export interface IdempotencyKeyStore {
  /**
   * The record that a key stands for: this one if the key is new or has expired, else the one of its first use. One
   * conditional write; of a used key a strongly consistent read, too. May be repeated with the same record without harm.
   * It waits for no other claim of the key.
   */
  claim(key: string, record: TimestampRecord): Promise<TimestampRecord>;
}

export interface IdempotencyKeyStoreOptions {
  readonly client: DynamoDBClient;
  /** The table of timestamps. */
  readonly tableName: string;
}

/** The idempotency keys in DynamoDB, beside the timestamps: `pk = "k#" + SHA-256 of the key`. */
export function createIdempotencyKeyStore(options: IdempotencyKeyStoreOptions): IdempotencyKeyStore {
  const { client, tableName: TableName } = options;
  const { partitionKey, expiry } = TABLES.timestamps;

  /** The record that the key stands for; undefined if its item was there for the write, and gone for the read. */
  async function attempt(key: string, record: TimestampRecord): Promise<TimestampRecord | undefined> {
    const Key = toItem({ pk: `k#${createHash('sha256').update(key).digest('hex')}`, sk: SORT_KEY });
    const { timestamp: _, ...fields } = record;
    const put = new PutItemCommand({
      TableName,
      Item: { ...Key, ...toItem({ record: { ...fields }, [expiry]: expiryOf(record.id, KEPT_DAYS) }) },
      // DynamoDB deletes what has expired in the days after: until then it counts as absent.
      ConditionExpression: 'attribute_not_exists(#pk) OR #expiry <= :now',
      ExpressionAttributeNames: { '#pk': partitionKey, '#expiry': expiry },
      ExpressionAttributeValues: toItem({ ':now': Math.floor(microsOf(record.id) / 1e6) }),
    });
    if (await held(client.send(put, untilDeadline()))) return record;
    // What stands there may be this very record: its write succeeded, the answer was lost, and the SDK wrote again.
    const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    const { Item: item } = await client.send(command, untilDeadline());
    return item && recordOfKey(item);
  }

  return {
    async claim(key, record) {
      // DynamoDB has deleted the item since the write was refused: the key is new again. Twice in a row that is no chance.
      const claimed = (await attempt(key, record)) ?? (await attempt(key, record));
      if (claimed === undefined) throw new StoreUnavailableError('The item of a key comes and goes');
      return claimed;
    },
  };
}

/** The record that the item of a key stands for. */
export function recordOfKey(item: WireItem): TimestampRecord {
  const { id, ...fields } = v.parse(Item, fromItem(item)).record;
  return recordOf(id, fields);
}
