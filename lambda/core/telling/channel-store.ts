import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { held } from '../dynamo/condition.ts';
import { untilDeadline } from '../dynamo/deadline.ts';
import { fromItem, toItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { type Channel, channelOf } from './channel.ts';
import { KEY_WANTED } from './notice.ts';

const PARTITION = 'c';
/** Beside the channels, where no channel can be: the key that their secrets are sealed with. */
const KEY = { pk: 'k', sk: 'sealing-key' };
const KeyItem = v.object({ publicKey: v.string() });

export interface ChannelStore {
  /** All channels, by name, strongly consistent: people make some ten. */
  list(): Promise<readonly Channel[]>;
  get(name: string): Promise<Channel | undefined>;
  put(channel: Channel): Promise<void>;
  delete(name: string): Promise<void>;
  /** Notes that nobody is there any more, unless the channel was changed since, or that is noted. */
  markBroken(channel: Channel, at: number, because: string): Promise<void>;
  /** The key that secrets are sealed with; undefined until `notify` has made one. */
  publicKey(): Promise<string | undefined>;
  putPublicKey(publicKey: string): Promise<void>;
  /** Asks `notify`, by the stream, to make that key. */
  askForKey(now: number): Promise<void>;
}

/** The channels in the table `Roll`: `pk = "c"`, `sk` = the name. */
export function createChannelStore({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): ChannelStore {
  const { partitionKey, sortKey } = TABLES.roll;
  const keyOf = (name: string) => toItem({ [partitionKey]: PARTITION, [sortKey]: name });

  return {
    async list() {
      const command = new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': partitionKey },
        ExpressionAttributeValues: { ':pk': { S: PARTITION } },
        ConsistentRead: true,
      });
      // One page of 1 MB is a thousand channels.
      const { Items = [] } = await client.send(command, untilDeadline());
      return Items.map((item) => channelOf(fromItem(item))).filter((channel) => channel !== undefined);
    },

    async get(name) {
      const command = new GetItemCommand({ TableName, Key: keyOf(name), ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && channelOf(fromItem(Item));
    },

    async put({ name, to, ...fields }) {
      const Item = { ...keyOf(name), ...toItem({ ...fields, to: to.length > 0 ? to.join(',') : undefined }) };
      await client.send(new PutItemCommand({ TableName, Item }), untilDeadline());
    },

    async delete(name) {
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf(name) }), untilDeadline());
    },

    async markBroken({ name, updatedAt }, at, because) {
      const command = new UpdateItemCommand({
        TableName,
        Key: keyOf(name),
        UpdateExpression: 'SET #at = :at, #because = :because',
        ConditionExpression: '#updatedAt = :updatedAt AND attribute_not_exists(#at)',
        ExpressionAttributeNames: { '#at': 'brokenAt', '#because': 'brokenBecause', '#updatedAt': 'updatedAt' },
        ExpressionAttributeValues: toItem({ ':at': at, ':because': because, ':updatedAt': updatedAt }),
      });
      await held(client.send(command, untilDeadline()));
    },

    async publicKey() {
      const command = new GetItemCommand({ TableName, Key: toItem(KEY), ConsistentRead: true });
      const { Item } = await client.send(command, untilDeadline());
      return Item && v.parse(KeyItem, fromItem(Item)).publicKey;
    },

    async putPublicKey(publicKey) {
      await client.send(new PutItemCommand({ TableName, Item: toItem({ ...KEY, publicKey }) }), untilDeadline());
    },

    async askForKey(now) {
      const Item = toItem({ [partitionKey]: KEY_WANTED, [sortKey]: 'key', redrive: now });
      await client.send(new PutItemCommand({ TableName, Item }), untilDeadline());
    },
  };
}
