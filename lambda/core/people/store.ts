import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { untilDeadline } from '../dynamo/deadline.ts';

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
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** The people in DynamoDB: `pk = username`. */
export function createPersonStore({ client, tableName: TableName }: PersonStoreOptions): PersonStore {
  return {
    async put({ username, dateOfBirth }) {
      await client.send(new PutCommand({ TableName, Item: { username, dateOfBirth } }), untilDeadline());
    },

    async get(username) {
      const command = new GetCommand({ TableName, Key: { username }, ConsistentRead: true });
      const answer = await client.send(command, untilDeadline());
      return answer.Item && v.parse(Item, answer.Item);
    },

    async delete(username) {
      await client.send(new DeleteCommand({ TableName, Key: { username } }), untilDeadline());
    },
  };
}
