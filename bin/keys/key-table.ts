import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createKey } from '../../lambda/core/access/key.ts';
import { createKeyReader, KEY_PARTITION, type StoredKey } from '../../lambda/core/access/key-store.ts';
import { toItem } from '../../lambda/core/dynamo/items.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';

/** What was asked for cannot be done, in words for whoever asked. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** What a key is to be good for. */
export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly string[];
  /** @default - it may speak for all sources */
  readonly sources?: readonly string[] | undefined;
  /** In seconds from now. @default - it does not expire */
  readonly lifetime?: number | undefined;
}

/** A key that was made. Its text is nowhere else. */
export interface MadeKey {
  readonly text: string;
  readonly stored: StoredKey;
}

export interface RotateWish {
  readonly name: string;
  /** How long the keys before stay good, in seconds. */
  readonly overlap: number;
  /** Of the new key, in seconds. @default - as long as that of the newest key before */
  readonly lifetime?: number | undefined;
}

export interface KeyTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Seconds since the Unix epoch. */
  readonly now: () => number;
}

/** Whether a key is good, now. */
export function isGood({ revokedAt, expiresAt = Number.POSITIVE_INFINITY }: StoredKey, now: number): boolean {
  return revokedAt === undefined && now < expiresAt;
}

/** The table of keys, as the operator uses it: with credentials of the account, or on this machine. */
export function createKeyTable({ client, tableName: TableName, now }: KeyTableOptions) {
  const read = createKeyReader({ client, tableName: TableName });
  const { partitionKey, sortKey } = TABLES.keys;

  /** All keys, the newest first. */
  async function list(): Promise<readonly StoredKey[]> {
    return [...(await read()).keys.values()].toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** @throws KeyError when nothing of the name is good */
  async function goodOnes(name: string): Promise<readonly [StoredKey, ...StoredKey[]]> {
    const keys = await list();
    const [newest, ...rest] = keys.filter((key) => key.name === name && isGood(key, now()));
    if (newest !== undefined) return [newest, ...rest];
    const names = [...new Set(keys.filter((key) => isGood(key, now())).map((key) => key.name))].join(', ') || 'none';
    throw new KeyError(`No key of ${JSON.stringify(name)} is good; the names that have one are: ${names}.`);
  }

  async function put({ name, scopes, sources, lifetime }: KeyWish): Promise<MadeKey> {
    const { text, id, hash } = createKey();
    const createdAt = now();
    const stored: StoredKey = {
      sk: id,
      hash,
      name,
      scopes: [...scopes],
      ...(sources && { sources: [...sources] }),
      createdAt,
      ...(lifetime !== undefined && { expiresAt: createdAt + lifetime }),
    };
    await client.send(
      new PutItemCommand({
        TableName,
        Item: toItem({
          [partitionKey]: KEY_PARTITION,
          ...stored,
          scopes: scopes.join(','),
          sources: sources?.join(','),
        }),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': partitionKey },
      }),
    );
    return { text, stored };
  }

  async function set(id: string, attribute: 'expiresAt' | 'revokedAt', value: number): Promise<void> {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: toItem({ [partitionKey]: KEY_PARTITION, [sortKey]: id }),
        UpdateExpression: 'SET #attribute = :value',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#attribute': attribute, '#pk': partitionKey },
        ExpressionAttributeValues: toItem({ ':value': value }),
      }),
    );
  }

  return {
    list,

    /** Makes a key under a name that no good key has. */
    async create(wish: KeyWish): Promise<MadeKey> {
      const taken = (await list()).some((key) => key.name === wish.name && isGood(key, now()));
      if (taken)
        throw new KeyError(`There is a key of ${JSON.stringify(wish.name)}: rotate it, or choose another name.`);
      return put(wish);
    },

    /** Makes a key in the place of those of a name, which stay good for a time, unless they expire before. */
    async rotate({ name, overlap, lifetime }: RotateWish): Promise<MadeKey> {
      const before = await goodOnes(name);
      const [{ scopes, sources, createdAt, expiresAt }] = before;
      const usual = expiresAt === undefined ? undefined : expiresAt - createdAt;
      // The new one first: whatever fails after that, somebody gets in.
      const made = await put({ name, scopes, sources, lifetime: lifetime ?? usual });
      const end = now() + overlap;
      for (const key of before)
        if ((key.expiresAt ?? Number.POSITIVE_INFINITY) > end) await set(key.sk, 'expiresAt', end);
      return made;
    },

    /** Revokes all good keys of a name. @returns how many there were */
    async revoke(name: string): Promise<number> {
      const keys = await goodOnes(name);
      for (const { sk } of keys) await set(sk, 'revokedAt', now());
      return keys.length;
    },
  };
}
