import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { toItem, type WireItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import type { IdRange } from '../../lambda/core/timestamps/page.ts';
import { partitionOf, sourceShardOf } from '../../lambda/core/timestamps/store.ts';
import { MAX_SHARDS } from '../../lambda/core/timestamps/timestamp-id.ts';

/** A table of timestamps, and what of it is read. */
export interface RecordSearch {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** @default - of all sources */
  readonly source?: string | undefined;
  readonly range: Pick<IdRange, 'low' | 'high'>;
  /** How many items are held at a time, of all shards together; as many are on their way. @default 2000 */
  readonly held?: number | undefined;
}

/** An item of a record, with its id beside it. */
export interface FoundItem {
  readonly id: string;
  readonly item: WireItem;
}

interface Answer {
  readonly found: readonly FoundItem[];
  readonly next: Record<string, AttributeValue> | undefined;
}

const HELD = 2000;
/** Of one answer: what is longer is held twice, as text and as items. */
const MOST_OF_A_SHARD = 1000;
/** How many shards are asked at once whether they hold anything. */
const ASKED_AT_ONCE = 32;

function askShard(search: RecordSearch, shard: number, limit: number, from?: Answer['next'], newestFirst = false) {
  const { client, tableName, source, range } = search;
  const { partitionKey, sortKey, indexes } = TABLES.timestamps;
  const key =
    source === undefined
      ? { attribute: partitionKey, value: partitionOf(shard), ConsistentRead: true }
      : { attribute: indexes.bySource.partitionKey, value: sourceShardOf(source, shard), IndexName: 'bySource' };
  const { attribute, value, ...where } = key;
  const query = new QueryCommand({
    TableName: tableName,
    ...where,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
    ExpressionAttributeNames: { '#pk': attribute, '#sk': sortKey },
    ExpressionAttributeValues: toItem({ ':pk': value, ':low': range.low, ':high': range.high }),
    ScanIndexForward: !newestFirst,
    Limit: limit,
    ExclusiveStartKey: from,
  });
  return client.send(query).then(
    ({ Items = [], LastEvaluatedKey: next }): Answer => ({
      found: Items.map((item) => ({ id: item[sortKey]?.S ?? '', item })),
      next,
    }),
  );
}

/**
 * The shards that hold any record of the search: every number that an id can carry is asked, since whoever wrote the
 * records may have had more shards than there are now.
 *
 * @param most how many numbers are asked, where no more can have been written to
 */
export async function findShards(search: RecordSearch, most = MAX_SHARDS): Promise<readonly number[]> {
  const held: number[] = [];
  for (let first = 0; first < most; first += ASKED_AT_ONCE) {
    const shards = Array.from({ length: Math.min(ASKED_AT_ONCE, most - first) }, (_, index) => first + index);
    const answers = await Promise.all(shards.map((shard) => askShard(search, shard, 1)));
    held.push(...shards.filter((_, index) => answers[index]?.found.length !== 0));
  }
  return held;
}

/** The item with the newest, or the oldest, id of the search; undefined when there is none. One query a shard. */
export async function edgeOf(
  search: RecordSearch,
  shards: readonly number[],
  edge: 'newest' | 'oldest',
): Promise<FoundItem | undefined> {
  const isNewest = edge === 'newest';
  const answers = await Promise.all(shards.map((shard) => askShard(search, shard, 1, undefined, isNewest)));
  return answers
    .flatMap(({ found }) => found)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .at(isNewest ? -1 : 0);
}

/** What has come of a shard and is not handed on yet, and what comes next. */
class ShardReader {
  readonly #ask: (from: Answer['next']) => Promise<Answer>;
  #held: readonly FoundItem[] = [];
  #at = 0;
  #coming: Promise<Answer> | undefined;

  constructor(ask: (from: Answer['next']) => Promise<Answer>) {
    this.#ask = ask;
    this.#coming = this.#begin(undefined);
  }

  #begin(from: Answer['next']): Promise<Answer> {
    const coming = this.#ask(from);
    // Nobody may wait for it yet when it fails; whoever does is told.
    coming.catch(() => {});
    return coming;
  }

  /** Makes sure that something is held, unless the shard has ended; the answer after it is asked for at once. */
  async fill(): Promise<void> {
    while (this.#at >= this.#held.length && this.#coming !== undefined) {
      const { found, next } = await this.#coming;
      this.#held = found;
      this.#at = 0;
      this.#coming = next === undefined ? undefined : this.#begin(next);
    }
  }

  /** Waits for what is on its way, and lets it go. */
  async stop(): Promise<void> {
    await this.#coming?.catch(() => {});
  }

  /** Up to where all is known; undefined when that is to the end. */
  get known(): string | undefined {
    return this.#coming === undefined ? undefined : this.#held.at(-1)?.id;
  }

  /** Hands on what is held up to an id; all of it without one. */
  take(last: string | undefined): readonly FoundItem[] {
    const from = this.#at;
    while (this.#at < this.#held.length && (last === undefined || (this.#held[this.#at]?.id ?? '') <= last)) this.#at++;
    return this.#held.slice(from, this.#at);
  }
}

/**
 * Reads the items of some shards in the order of their ids, whatever shard each lies in, some thousands at a time. It
 * holds as many, however many there are.
 */
export async function* readShards(
  search: RecordSearch,
  shards: readonly number[],
): AsyncGenerator<readonly FoundItem[]> {
  const share = Math.floor((search.held ?? HELD) / Math.max(1, shards.length));
  const limit = Math.min(MOST_OF_A_SHARD, Math.max(1, share));
  const readers = shards.map((shard) => new ShardReader((from) => askShard(search, shard, limit, from)));
  try {
    for (;;) {
      await Promise.all(readers.map((reader) => reader.fill()));
      // Behind the first shard that is not known further, others may have what comes before.
      const [last] = readers.flatMap(({ known }) => known ?? []).sort();
      const taken = readers.flatMap((reader) => reader.take(last));
      if (taken.length > 0) yield taken.sort((a, b) => (a.id < b.id ? -1 : 1));
      if (last === undefined) return;
    }
  } finally {
    // Whoever reads no further closes the store next.
    await Promise.all(readers.map((reader) => reader.stop()));
  }
}
