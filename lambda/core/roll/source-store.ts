import { type AttributeValue, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { toItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { fieldsOfSource, listOfStanding, sourceKey, sourceOfItem, tagsOf, WATCH_KEY, watchOfItem } from './items.ts';
import { type SourceState, STANDINGS, type Standing, type StoredStanding, type WatchReport } from './state.ts';
import type { RollStoreOptions } from './store.ts';

/** Which sources a page is about. */
export interface SourceQuery {
  /** The most sources that the page may have. */
  readonly limit: number;
  readonly standing?: Standing | undefined;
  /** Only sources that are expected with this tag. */
  readonly tag?: string | undefined;
  /** Only sources whose names begin so. */
  readonly name?: string | undefined;
  /** Only what comes after this source of another page. */
  readonly after?: Pick<ListedSource, 'standing' | 'source'> | undefined;
  /** The sources that are late, by the report of the watch: they come second, and not among those that are up. */
  readonly late?: readonly string[] | undefined;
}

export interface ListedSource extends Omit<SourceState, 'standing'> {
  readonly standing: Standing;
}

export interface SourcePage {
  /** Worst first, then by name. */
  readonly sources: readonly ListedSource[];
  /** What the next page comes after; undefined if there is none. */
  readonly next: SourceQuery['after'];
}

export interface SourceStore {
  /** What is known of a source; undefined if it was never heard and is not expected. Strongly consistent. */
  getSource(source: string): Promise<SourceState | undefined>;
  /**
   * A page of the roll, of an index that DynamoDB updates a moment later. Where a tag leaves out many, a page ends early,
   * and has what comes after; it may be empty.
   */
  listSources(query: SourceQuery): Promise<SourcePage>;
  /**
   * Stores a state as the next version: one conditional write.
   *
   * @param expectedVersion of the state that it was decided on; 0 if there was none
   * @returns false if somebody else has changed the source since; nothing is stored then
   */
  putState(state: SourceState, expectedVersion: number): Promise<boolean>;
  /** What the last pass of the watch found; undefined if there was none. */
  getWatch(): Promise<WatchReport | undefined>;
}

/** What was read of a standing. */
interface Run {
  readonly found: readonly SourceState[];
  /** Where it goes on; undefined if there is no more. */
  readonly last: string | undefined;
}

/** Which names of a standing are read. */
type Names = Pick<SourceQuery, 'name'> & { readonly after: string | undefined };

/** A character before all that names are made of, and one after them. */
const BEFORE_ALL = '!';
const AFTER_ALL = '~';

/** The first and the last name, or what would be one, of those that begin so and come after another. */
function rangeOf({ name = '', after }: Names): { readonly low: string; readonly high: string } {
  const begins = name === '' ? BEFORE_ALL : name;
  const follows = after === undefined ? begins : `${after}${BEFORE_ALL}`;
  return { low: follows > begins ? follows : begins, high: `${name}${AFTER_ALL}` };
}

const MAY_BE_LATE: ReadonlySet<Standing> = new Set(['up', 'affected']);
/** How many sources are read for a page of which a tag leaves out most. */
const MOST_READ = 1_000;

export function createSourceStore({ client, tableName: TableName }: RollStoreOptions): SourceStore {
  const { partitionKey, sortKey, indexes } = TABLES.roll;

  async function read(source: string, ConsistentRead: boolean): Promise<SourceState | undefined> {
    const Key = toItem(sourceKey(source));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead }), untilDeadline());
    return Item && sourceOfItem(Item);
  }

  /** So many sources of a standing whose names begin so, from one on. */
  async function readStanding(standing: StoredStanding, { name, after }: Names, count: number): Promise<Run> {
    const found: SourceState[] = [];
    const { low, high } = rangeOf({ name, after });
    if (low > high) return { found, last: undefined };
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'listed',
          KeyConditionExpression: '#list = :list AND #sk BETWEEN :low AND :high',
          ExpressionAttributeNames: { '#list': indexes.listed.partitionKey, '#sk': sortKey },
          ExpressionAttributeValues: toItem({ ':list': listOfStanding(standing), ':low': low, ':high': high }),
          Limit: count - found.length,
          ExclusiveStartKey,
        }),
        untilDeadline(),
      );
      found.push(...(answer.Items ?? []).map(sourceOfItem));
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && found.length < count);
    return { found, last: ExclusiveStartKey && found.at(-1)?.source };
  }

  async function readLate(late: readonly string[], { name = '', after }: Names, count: number): Promise<Run> {
    const names = late.filter((one) => one.startsWith(name) && (after === undefined || one > after));
    const asked = names.slice(0, count);
    const states = await Promise.all(asked.map((name) => read(name, false)));
    const found = states.filter((state) => state !== undefined).filter(({ standing }) => MAY_BE_LATE.has(standing));
    return { found, last: names.length > count ? asked.at(-1) : undefined };
  }

  return {
    getSource: (source) => read(source, true),

    async listSources({ limit, standing, tag, name, after, late = [] }) {
      const isLate = new Set(late);
      const sources: ListedSource[] = [];
      let left = MOST_READ;
      for (const one of STANDINGS.slice(after && STANDINGS.indexOf(after.standing))) {
        if (standing !== undefined && one !== standing) continue;
        let last = one === after?.standing ? after.source : undefined;
        do {
          if (left <= 0)
            return { sources, next: last === undefined ? sources.at(-1) : { standing: one, source: last } };
          const count = Math.min(left, tag === undefined ? limit + 1 : MOST_READ);
          const names = { name, after: last };
          const run: Run = await (one === 'late' ? readLate(late, names, count) : readStanding(one, names, count));
          left -= Math.max(1, run.found.length);
          last = run.last;
          for (const state of run.found) {
            if (one !== 'late' && MAY_BE_LATE.has(one) && isLate.has(state.source)) continue;
            if (tag === undefined || tagsOf(state.expectation).includes(tag)) sources.push({ ...state, standing: one });
          }
          if (sources.length > limit) return { sources: sources.slice(0, limit), next: sources[limit - 1] };
        } while (last !== undefined);
      }
      return { sources, next: undefined };
    },

    async putState(state, expectedVersion) {
      const Item = toItem({ ...sourceKey(state.source), ...fieldsOfSource(state), version: expectedVersion + 1 });
      const isNew = expectedVersion === 0;
      const command = new PutItemCommand({
        TableName,
        Item,
        ConditionExpression: isNew ? 'attribute_not_exists(#pk)' : '#version = :version',
        ExpressionAttributeNames: isNew ? { '#pk': partitionKey } : { '#version': 'version' },
        ...(!isNew && { ExpressionAttributeValues: toItem({ ':version': expectedVersion }) }),
      });
      return held(client.send(command, untilDeadline()));
    },

    async getWatch() {
      const Key = toItem(WATCH_KEY);
      const { Item } = await client.send(new GetItemCommand({ TableName, Key }), untilDeadline());
      return Item && watchOfItem(Item);
    },
  };
}
