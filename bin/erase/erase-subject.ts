import { DeleteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { held } from '../../lambda/core/dynamo/condition.ts';
import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { recordOfKey } from '../../lambda/core/timestamps/idempotency-keys.ts';
import { keyOf } from '../records/item-key.ts';
import { type Match, type Subject, scanMatches } from '../records/scan-matches.ts';
import { writeAll } from '../records/write-batch.ts';
import { addFound, countRoll, eraseRoll, type RollFound } from './erase-roll.ts';

export interface EraseTables {
  readonly client: DynamoDBClient;
  readonly timestamps: string;
  readonly people: string;
  /** @default - there is none: nobody watches */
  readonly roll?: string | undefined;
}

/** How many of each kind there are. */
export interface Found {
  readonly records: number;
  /** Of them, by the field that ties them to somebody: a record may have both. */
  readonly recordedBy: number;
  readonly asSource: number;
  readonly idempotencyKeys: number;
  readonly people: number;
  readonly roll: RollFound;
}

/** More passes than that are not needed by what is under way; somebody still records. */
const MOST_PASSES = 5;

/** Counts all that there is of a subject, and changes nothing. */
export async function countSubject(tables: EraseTables, subject: Subject): Promise<Found> {
  const { client, timestamps, people } = tables;
  const found = { records: 0, recordedBy: 0, asSource: 0, idempotencyKeys: 0, people: 0 };
  await scanMatches({ client, tableName: timestamps }, subject, async (matches) => {
    for (const { isKey, item } of matches) {
      if (isKey) found.idempotencyKeys += 1;
      else {
        found.records += 1;
        if (item.recordedBy?.S === subject.name) found.recordedBy += 1;
        if (item.source?.S === subject.name) found.asSource += 1;
      }
    }
  });
  if (subject.kind === 'person') {
    const Key = toItem({ [TABLES.people.partitionKey]: subject.name });
    const { Item } = await client.send(new GetItemCommand({ TableName: people, Key, ConsistentRead: true }));
    if (Item !== undefined) found.people = 1;
  }
  const roll = tables.roll === undefined ? new Map() : await countRoll({ client, tableName: tables.roll }, subject);
  return { ...found, roll };
}

/** What was erased, and whether a last look found nothing any more. */
export interface Erased extends Pick<Found, 'records' | 'idempotencyKeys' | 'people' | 'roll'> {
  readonly isGone: boolean;
}

/**
 * Erases all that there is of a subject. A key goes before its record: whoever sends a request again meanwhile would have
 * it written anew. Requests that were under way may still do that, so it looks again until it finds nothing.
 */
export async function eraseSubject(tables: EraseTables, subject: Subject): Promise<Erased> {
  const { client, timestamps, people } = tables;
  const erased = { records: 0, idempotencyKeys: 0, people: 0 };
  let roll: RollFound = new Map();
  let isGone = false;
  for (let pass = 0; pass < MOST_PASSES && !isGone; pass++) {
    isGone = true;
    await scanMatches({ client, tableName: timestamps }, subject, async (matches) => {
      isGone = false;
      const keys = matches.filter(({ isKey }) => isKey);
      await Promise.all(keys.map(({ item }) => eraseKey(client, timestamps, item)));
      erased.idempotencyKeys += keys.length;
      const gone = await eraseRecords(client, timestamps, matches);
      erased.records += gone;
    });
    if (tables.roll === undefined) continue;
    // After the records: who is heard enters the roll again.
    const found = await eraseRoll({ client, tableName: tables.roll }, subject);
    roll = addFound(roll, found);
    if (found.size > 0) isGone = false;
  }
  if (subject.kind === 'person') {
    const Key = toItem({ [TABLES.people.partitionKey]: subject.name });
    const deletion = new DeleteItemCommand({ TableName: people, Key, ReturnValues: 'ALL_OLD' });
    const { Attributes } = await client.send(deletion);
    if (Attributes !== undefined) erased.people = 1;
  }
  return { ...erased, roll, isGone };
}

/** Erases the item of a key, unless the key has expired meanwhile and stands for another record. */
async function eraseKey(client: DynamoDBClient, TableName: string, item: WireItem): Promise<void> {
  const deletion = new DeleteItemCommand({
    TableName,
    Key: keyOf(TABLES.timestamps, item),
    ConditionExpression: '#record.#id = :id',
    ExpressionAttributeNames: { '#record': 'record', '#id': 'id' },
    ExpressionAttributeValues: toItem({ ':id': recordOfKey(item).id }),
  });
  await held(client.send(deletion));
}

async function eraseRecords(client: DynamoDBClient, tableName: string, matches: readonly Match[]): Promise<number> {
  const records = matches.filter(({ isKey }) => !isKey);
  const requests = records.map(({ item }) => ({ DeleteRequest: { Key: keyOf(TABLES.timestamps, item) } }));
  await writeAll(client, tableName, requests);
  return requests.length;
}
