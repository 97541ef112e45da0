import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { type Fields, toItem, type WireItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { type IdRange, progressOf, rangeOf, type ShardRun } from '../timestamps/page.ts';
import { listOfSource, noteOfItem, notesOf, outageExpiry, outageKey, outageOfItem, outagePartition } from './items.ts';
import { ROLL_SHARDS } from './outage-id.ts';
import type { SourceStore } from './source-store.ts';
import type { Note, Outage, RollEvent } from './state.ts';
import type { RollStoreOptions } from './store.ts';

/** Which outages a page is about. */
export interface OutageQuery {
  /** The most outages that the page may have. */
  readonly limit: number;
  /** Only those that are open; or only those that have ended: a page may then be short, or empty, and have more after it. */
  readonly open?: boolean | undefined;
  readonly source?: string | undefined;
  /** Only outages that began before this one. */
  readonly before?: string | undefined;
  /** Only outages that began after this one; the page then starts at the old end, next to it. */
  readonly after?: string | undefined;
}

/** An outage in a list, where its notes are left out. */
export type ListedOutage = Omit<Outage, 'notes'>;

export interface OutagePage {
  /** Those that began last first. */
  readonly outages: readonly ListedOutage[];
  /** Whether there are more beyond the page, in the direction of the query. */
  readonly more: boolean;
  /** The ids between which everything was looked at, for the next page: those of `outages`, or of what was left out. */
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/** How an acknowledgement ended: `unknown` without such an outage, `ended` if it is over, `busy` if the source changes all the time. */
export type Acknowledged = 'acknowledged' | 'unknown' | 'ended' | 'busy';

export interface OutageStore {
  /** An outage with its notes: those of the first day, and at most 200. */
  getOutage(id: string): Promise<Outage | undefined>;
  listOutages(query: OutageQuery): Promise<OutagePage>;
  /**
   * Adds a note: one write.
   *
   * @param key tells it from other notes of the same instant; a note that is added again under the same key is the same
   */
  addNote(outageId: string, note: Note, key: string): Promise<void>;
  /** Notes who has taken an open outage on: nobody is reminded of it any more. */
  acknowledge(id: string, by: { readonly at: number; readonly by?: string | undefined }): Promise<Acknowledged>;
  /** Writes what an event says of its outage into the history, unless it has something newer. May be repeated without harm. */
  recordEvent(event: RollEvent): Promise<void>;
}

const MOST_NOTES = 200;
/** How often somebody else may change a source between our look at it and our write. */
const ATTEMPTS = 5;

interface Run extends ShardRun<{ readonly id: string; readonly item: WireItem }> {
  readonly next: Record<string, AttributeValue> | undefined;
}
const UNREAD: Run = { found: [], ended: false, next: undefined };

/** A partition of the table, or of its index. */
interface Partition {
  readonly name: string;
  readonly value: string;
  readonly IndexName?: 'listed';
}
const PARTITIONS: readonly Partition[] = Array.from({ length: ROLL_SHARDS }, (_, shard) => ({
  name: TABLES.roll.partitionKey,
  value: outagePartition(shard),
}));

export interface OutageStoreOptions extends RollStoreOptions {
  readonly sources: SourceStore;
}

export function createOutageStore({ client, tableName: TableName, sources }: OutageStoreOptions): OutageStore {
  const { partitionKey, sortKey, indexes, expiry } = TABLES.roll;

  async function readOn(run: Run, { name, value, IndexName }: Partition, range: IdRange, count: number): Promise<Run> {
    const answer = await client.send(
      new QueryCommand({
        TableName,
        ...(IndexName && { IndexName }),
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#pk': name, '#sk': sortKey },
        ExpressionAttributeValues: toItem({ ':pk': value, ':low': range.low, ':high': range.high }),
        ScanIndexForward: !range.newestFirst,
        Limit: count,
        ExclusiveStartKey: run.next,
      }),
      untilDeadline(),
    );
    const found = (answer.Items ?? []).map((item) => ({ id: item[sortKey]?.S ?? '', item }));
    const next = answer.LastEvaluatedKey;
    return { found: [...run.found, ...found], ended: next === undefined, next };
  }

  /** A page of the history. */
  async function listHistory(query: OutageQuery): Promise<OutagePage> {
    const { limit, source, before, after, open } = query;
    const range = rangeOf({ limit, before, after });
    if (range === undefined) return { outages: [], more: false, first: undefined, last: undefined };
    const partitions: readonly Partition[] =
      source === undefined
        ? PARTITIONS
        : [{ name: indexes.listed.partitionKey, value: listOfSource(source), IndexName: 'listed' }];
    let runs = partitions.map(() => UNREAD);
    for (let round = 0; ; round++) {
      const { records, more, counts } = progressOf(runs, range, limit, { round, room: MOST_READ });
      if (!counts.some((count) => count > 0)) {
        const outages = records.map(({ item }) => outageOfItem(item));
        const kept = outages.filter(({ endedAt }) => open === undefined || (endedAt === undefined) === open);
        return { outages: kept, more, first: records[0]?.id, last: records.at(-1)?.id };
      }
      runs = await Promise.all(
        runs.map((run, index) => {
          const [count = 0, partition] = [counts[index], partitions[index]];
          return partition && count > 0 ? readOn(run, partition, range, count) : run;
        }),
      );
    }
  }

  /** The outages that are open, which the sources themselves know. */
  async function listOpen({ limit, before, after, source }: OutageQuery): Promise<OutagePage> {
    const open: ListedOutage[] = [];
    const take = (name: string, outage: Omit<ListedOutage, 'source'> | undefined) => {
      if (outage !== undefined && (source === undefined || name === source)) open.push({ ...outage, source: name });
    };
    if (source !== undefined) take(source, (await sources.getSource(source))?.outage);
    else {
      for (const standing of ['down', 'affected'] as const) {
        let next: Parameters<SourceStore['listSources']>[0]['after'];
        do {
          const page = await sources.listSources({ limit: PAGE_OF_OPEN, standing, after: next });
          for (const state of page.sources) take(state.source, state.outage);
          next = page.next;
        } while (next !== undefined && open.length < MOST_READ);
      }
    }
    const inRange = open
      .filter(({ id }) => (before === undefined || id < before) && (after === undefined || id > after))
      .sort((a, b) => (a.id < b.id ? 1 : -1));
    const outages = after === undefined ? inRange.slice(0, limit) : inRange.slice(-limit);
    return { outages, more: inRange.length > limit, first: outages[0]?.id, last: outages.at(-1)?.id };
  }

  return {
    async getOutage(id) {
      const [{ Item }, { Items = [] }] = await Promise.all([
        client.send(
          new GetItemCommand({ TableName, Key: toItem(outageKey(id)), ConsistentRead: true }),
          untilDeadline(),
        ),
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: '#pk = :pk',
            ExpressionAttributeNames: { '#pk': partitionKey },
            ExpressionAttributeValues: toItem({ ':pk': notesOf(id) }),
            ConsistentRead: true,
            Limit: MOST_NOTES,
          }),
          untilDeadline(),
        ),
      ]);
      return Item && { ...outageOfItem(Item), notes: Items.map(noteOfItem) };
    },

    listOutages: (query) => (query.open === true ? listOpen(query) : listHistory(query)),

    async addNote(outageId, { at, by, text }, key) {
      const id = { pk: notesOf(outageId), sk: `${String(at).padStart(15, '0')}#${key}` };
      const Item = toItem({ ...id, at, by, text, [expiry]: outageExpiry(at) });
      await client.send(new PutItemCommand({ TableName, Item }), untilDeadline());
    },

    async acknowledge(id, { at, by }) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: toItem(outageKey(id)), ConsistentRead: true }),
        untilDeadline(),
      );
      if (Item === undefined) return 'unknown';
      const { source } = outageOfItem(Item);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const state = await sources.getSource(source);
        if (state?.outage?.id !== id) return 'ended';
        const outage = { ...state.outage, acknowledgedAt: at, acknowledgedBy: by };
        if (!(await sources.putState({ ...state, outage }, state.version))) continue;
        await update(id, { acknowledgedAt: at, acknowledgedBy: by });
        return 'acknowledged';
      }
      return 'busy';
    },

    async recordEvent({ source, at, outage }) {
      const { id, ...fields } = outage;
      const { startedAt } = outage;
      const whole = { source, list: listOfSource(source), ...fields, [expiry]: outageExpiry(startedAt), asOf: at };
      // An outage that was reopened has no end again.
      const gone = outage.endedAt === undefined ? ['endedAt', 'endedBy'] : [];
      await update(id, whole, gone, 'attribute_not_exists(#pk) OR #asOf <= :asOf');
    },
  };

  /** Sets, and removes, attributes of an outage, and leaves the others. */
  async function update(id: string, fields: Fields, gone: readonly string[] = [], condition?: string): Promise<void> {
    const set = Object.keys(toItem(fields));
    const names = Object.fromEntries([...set, ...gone].map((name) => [`#${name}`, name]));
    const remove = gone.length > 0 ? ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}` : '';
    const command = new UpdateItemCommand({
      TableName,
      Key: toItem(outageKey(id)),
      UpdateExpression: `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}${remove}`,
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: condition === undefined ? names : { ...names, '#pk': partitionKey },
      ExpressionAttributeValues: toItem(Object.fromEntries(set.map((name) => [`:${name}`, fields[name]]))),
    });
    await held(client.send(command, untilDeadline()));
  }
}

/** The most outages that are read for a page. */
const MOST_READ = 1_000;
const PAGE_OF_OPEN = 200;
