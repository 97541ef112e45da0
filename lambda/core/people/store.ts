import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { untilDeadline } from '../dynamo/deadline.ts';
import { fromItem, toItem } from '../dynamo/items.ts';

/** Somebody who is greeted by name. */
export interface Person {
  /** As it was sent: upper and lower case differ. */
  readonly username: string;
  /** `1990-05-17` */
  readonly dateOfBirth: string;
}

const Item = v.object({ username: v.string(), dateOfBirth: v.string() });

export interface PersonStore {
  /** Writes a person, in place of one who has the same name. */
  put(person: Person): Promise<void>;
  /** The person of this name, or undefined. One strongly consistent read. */
  get(username: string): Promise<Person | undefined>;
  /** Erases a person, if there is one of this name. */
  delete(username: string): Promise<void>;
}

export interface PersonStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The people in DynamoDB: `pk = username`. */
export function createPersonStore({ client, tableName: TableName }: PersonStoreOptions): PersonStore {
  return {
    async put({ username, dateOfBirth }) {
      await client.send(new PutItemCommand({ TableName, Item: toItem({ username, dateOfBirth }) }), untilDeadline());
    },

    async get(username) {
      const command = new GetItemCommand({ TableName, Key: toItem({ username }), ConsistentRead: true });
      const answer = await client.send(command, untilDeadline());
      return answer.Item && v.parse(Item, fromItem(answer.Item));
    },

    async delete(username) {
      await client.send(new DeleteItemCommand({ TableName, Key: toItem({ username }) }), untilDeadline());
    },
  };
}
