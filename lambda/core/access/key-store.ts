import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { answersOf } from '../dynamo/answers.ts';
import { fromItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { ProviderItem, type StoredProvider } from './provider-item.ts';

/** The partition in which all keys lie. */
export const KEY_PARTITION = 'key';

/** Text with commas between. */
const List = v.pipe(
  v.string(),
  v.transform((text) => text.split(',')),
);

/** A key as it is stored: `pk = "key"`, `sk` = its id. Times are in seconds since the Unix epoch. */
const KeyItem = v.object({
  sk: v.string(),
  /** See NewKey. */
  hash: v.string(),
  /** Of the principal: while a key is replaced, two keys have one name. */
  name: v.string(),
  scopes: List,
  /** Patterns of the sources that it may speak for; without them it may for all. */
  sources: v.optional(List),
  createdAt: v.number(),
  /** From when on it is good no more. */
  expiresAt: v.optional(v.number()),
  revokedAt: v.optional(v.number()),
});
export type StoredKey = Readonly<v.InferOutput<typeof KeyItem>>;

export interface KeyStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** What is known of who may be let in. */
export interface Known {
  /** By their ids. */
  readonly keys: ReadonlyMap<string, StoredKey>;
  /** @default - there is none, or its keys were not fetched yet */
  readonly provider?: StoredProvider | undefined;
}

/**
 * Makes what reads all keys that there are, and the identity provider's, strongly consistent: one query, unless there are
 * thousands of keys. An item that is none is left out, so that it locks nobody else out.
 */
export function createKeyReader({ client, tableName: TableName }: KeyStoreOptions) {
  const { partitionKey } = TABLES.keys;
  return async (): Promise<Known> => {
    const keys = new Map<string, StoredKey>();
    let provider: StoredProvider | undefined;
    const query = {
      TableName,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ExpressionAttributeValues: { ':pk': { S: KEY_PARTITION } },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of answersOf(client, query)) {
      for (const item of Items) {
        const fields = fromItem(item);
        const parsed = v.safeParse(KeyItem, fields);
        if (parsed.success) keys.set(parsed.output.sk, parsed.output);
        else if (v.is(ProviderItem, fields)) provider = fields;
      }
    }
    return { keys, provider };
  };
}
