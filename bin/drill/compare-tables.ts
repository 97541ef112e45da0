import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBClient, GetItemCommand, paginateScan, ScanCommand } from '@aws-sdk/client-dynamodb';
import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES, type TableDefinition, type TableId } from '../../lambda/core/dynamo/tables.ts';
import { idBefore, lowestIdAt, microsOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { keyOf } from '../records/item-key.ts';
import { edgeOf, findShards, type RecordSearch } from '../records/read-shards.ts';

/** A table that was restored, beside the one that it was restored from. */
export interface Pair {
  readonly client: DynamoDBClient;
  readonly id: TableId;
  readonly live: string;
  readonly restored: string;
  /** The moment to which it was restored, in milliseconds since the Unix epoch. */
  readonly moment: number;
  /** How many shards of it are read: records lie in no others. */
  readonly shards: number;
}

/** What a restored table has of the live one. */
export interface Comparison {
  readonly id: TableId;
  readonly liveItems: number;
  readonly restoredItems: number;
  /** Of some items of the live table: how many there are, and how many are the same in the restored one. */
  readonly sampled: number;
  readonly equal: number;
  /** Why it is not what it should be. */
  readonly problems: readonly string[];
}

/** Ids are chosen before what has them is written: what is this much older than the moment was there. In milliseconds. */
const SURELY_WRITTEN = 60_000;
const SAMPLE = 100;

async function countItems(client: DynamoDBClient, TableName: string, filter: object): Promise<number> {
  let count = 0;
  const input = { TableName, Select: 'COUNT', ...filter } as const;
  for await (const { Count = 0 } of paginateScan({ client }, input)) count += Count;
  return count;
}

/** Compares a table with what was restored of it, by the number of its items and by some of them. */
export async function compareTables(pair: Pair, size: number = SAMPLE): Promise<Comparison> {
  return pair.id === 'timestamps' ? compareRecords(pair, size) : compareChanging(pair, size);
}

/** Records never change: all that there were at the moment must be there, as they are. Some may have been deleted since. */
async function compareRecords({ client, live, restored, moment, shards }: Pair, size: number): Promise<Comparison> {
  const { partitionKey, sortKey } = TABLES.timestamps;
  const cut = lowestIdAt((moment - SURELY_WRITTEN) * 1000);
  const filter = {
    FilterExpression: 'begins_with(#pk, :shards) AND #sk < :cut',
    ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
    ExpressionAttributeValues: toItem({ ':shards': 't#', ':cut': cut }),
  };
  // What is deleted meanwhile counts on neither side, if the live table is counted last.
  const restoredItems = await countItems(client, restored, filter);
  const liveItems = await countItems(client, live, filter);
  const search: RecordSearch = { client, tableName: live, range: { low: '0', high: idBefore(cut) } };
  const sample = await sampleRecords(search, await findShards(search, shards), size);
  const equal = await countEqual(client, TABLES.timestamps, restored, sample);
  const problems = [
    ...(restoredItems < liveItems ? [`${liveItems - restoredItems} records are missing`] : []),
    ...(equal < sample.length
      ? [`${sample.length - equal} of a sample of ${sample.length} are missing or differ`]
      : []),
  ];
  return { id: 'timestamps', liveItems, restoredItems, sampled: sample.length, equal, problems };
}

/** Records at moments drawn at random between the oldest and the newest; a record may be drawn twice. */
async function sampleRecords(search: RecordSearch, shards: readonly number[], size: number) {
  const newest = (await edgeOf(search, shards, 'newest'))?.id;
  if (newest === undefined) return [];
  const oldest = await edgeOf(search, shards, 'oldest');
  const [from, to] = [microsOf(oldest?.id ?? newest), microsOf(newest)];
  const sample: WireItem[] = [];
  for (let count = 0; count < size; count++) {
    const low = lowestIdAt(from + Math.floor(Math.random() * (to - from)));
    const found = await edgeOf({ ...search, range: { ...search.range, low } }, shards, 'oldest');
    if (found !== undefined) sample.push(found.item);
  }
  return sample;
}

/** What changes may have changed since: only what is there no more at all is suspicious. */
async function compareChanging({ client, id, live, restored }: Pair, size: number): Promise<Comparison> {
  const restoredItems = await countItems(client, restored, {});
  const liveItems = await countItems(client, live, {});
  const { Items: sample = [] } = await client.send(new ScanCommand({ TableName: live, Limit: size }));
  const equal = await countEqual(client, TABLES[id], restored, sample);
  const problems = restoredItems === 0 && liveItems > 0 ? ['it is empty: was all of it written since?'] : [];
  return { id, liveItems, restoredItems, sampled: sample.length, equal, problems };
}

/** How many of some items a table has, as they are. */
async function countEqual(
  client: DynamoDBClient,
  definition: TableDefinition,
  TableName: string,
  items: readonly WireItem[],
): Promise<number> {
  let equal = 0;
  for (const item of items) {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(definition, item) }));
    if (Item !== undefined && isDeepStrictEqual(Item, item)) equal += 1;
  }
  return equal;
}
