/** All sources, as a tick sees them. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { answersOf } from '../core/dynamo/answers.ts';
import { toItem } from '../core/dynamo/items.ts';
import { TABLES } from '../core/dynamo/tables.ts';
import { type Expectation, expectationOf } from '../core/roll/expectation.ts';
import { sourceOfItem, sourcePartition } from '../core/roll/items.ts';
import { ROLL_SHARDS } from '../core/roll/outage-id.ts';
import type { SourceState } from '../core/roll/state.ts';

export interface Roll {
  readonly states: Map<string, SourceState>;
  /** What is expected of a source; undefined if nothing is, or nothing that can be read. */
  readonly expectationOf: (state: SourceState) => Expectation | undefined;
}

export interface RollReaderOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Is told of an item that cannot be read: its source is not watched, the others are. */
  readonly onUnreadable: (source: string, error: unknown) => void;
}

/**
 * Makes what reads all sources. Eventually consistent, at half the price: what is decided on an old version is refused when
 * it is written. Versions that were read before are not parsed again.
 */
export function createRollReader({ client, tableName: TableName, onUnreadable }: RollReaderOptions) {
  const { partitionKey } = TABLES.roll;
  let states: ReadonlyMap<string, SourceState> = new Map();
  const expectations = new Map<string, Expectation | undefined>();

  const expected = (state: SourceState): Expectation | undefined => {
    const { source, expectation: text } = state;
    if (text === undefined) return undefined;
    if (!expectations.has(text))
      expectations.set(
        text,
        orTell(source, () => expectationOf(text)),
      );
    return expectations.get(text);
  };

  function orTell<T>(source: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      onUnreadable(source, error);
      return undefined;
    }
  }

  async function readShard(shard: number): Promise<SourceState[]> {
    const found: SourceState[] = [];
    const query = {
      TableName,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ExpressionAttributeValues: toItem({ ':pk': sourcePartition(shard) }),
    };
    for await (const { Items = [] } of answersOf(client, query)) {
      for (const item of Items) {
        const source = item.sk?.S ?? '';
        const before = states.get(source);
        const isSame = before !== undefined && String(before.version) === item.version?.N;
        const state = isSame ? before : orTell(source, () => sourceOfItem(item));
        if (state !== undefined) found.push(state);
      }
    }
    return found;
  }

  return async (): Promise<Roll> => {
    const shards = await Promise.all(Array.from({ length: ROLL_SHARDS }, (_, shard) => readShard(shard)));
    const read = new Map(shards.flat().map((state) => [state.source, state]));
    states = new Map(read);
    const texts = new Set([...read.values()].map(({ expectation }) => expectation));
    for (const text of expectations.keys()) if (!texts.has(text)) expectations.delete(text);
    return { states: read, expectationOf: expected };
  };
}
