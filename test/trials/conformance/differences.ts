import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  ExecuteStatementCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';

/** A question to a DynamoDB, and what each kind of it answers. */
export interface Difference {
  readonly what: string;
  /** Asks; the answer in a few words. */
  readonly ask: (client: DynamoDBDocumentClient, table: string) => Promise<string>;
  readonly embedded: string;
  readonly local: string;
  /** As AWS documents it: no account was at hand. */
  readonly amazon: string;
}

/** An item of the table of timestamps, with a source. */
const item = (sk: string) => ({ pk: 't#1', sk, source: 'a', sourceShard: 'a#1' });

/** The name of the error that a call ends with, or what `success` makes of its answer. */
async function outcome<T>(call: Promise<T>, success: (answer: T) => string = () => 'yes'): Promise<string> {
  try {
    return success(await call);
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** The text of the error that a call ends with. */
async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const UNKNOWN = 'UnknownOperationException';

/** What differs between the stores that the tests run on, and what the two have in common but not with Amazon's own. */
export const DIFFERENCES: readonly Difference[] = [
  {
    what: 'A failed condition returns the item that is there (`ReturnValuesOnConditionCheckFailure`)',
    ask: async (client, TableName) => {
      await client.send(new PutCommand({ TableName, Item: item('condition') }));
      const again = new PutCommand({
        TableName,
        Item: item('condition'),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await client.send(again);
        return 'no failure';
      } catch (error) {
        return error instanceof Error && 'Item' in error && error.Item !== undefined ? 'yes' : 'no';
      }
    },
    embedded: 'no',
    local: 'yes',
    amazon: 'yes',
  },
  {
    what: 'Transactions',
    ask: (client, TableName) =>
      outcome(client.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: item('both') } }] }))),
    embedded: UNKNOWN,
    local: 'yes',
    amazon: 'yes',
  },
  {
    what: 'PartiQL',
    ask: (client, table) =>
      outcome(client.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${table}" WHERE pk = 'none'` }))),
    embedded: UNKNOWN,
    local: 'yes',
    amazon: 'yes',
  },
  {
    what: 'Time to live can be turned on',
    ask: async (client, TableName) => {
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
      const turnedOn = await outcome(client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })));
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      return turnedOn === 'yes' ? `yes, ${TimeToLiveDescription?.TimeToLiveStatus}` : turnedOn;
    },
    embedded: UNKNOWN,
    local: 'yes, ENABLED',
    amazon: 'yes, ENABLING, ENABLED within an hour',
  },
  {
    what: 'Write units of a record with a source, which is in the table and in the index',
    ask: (client, TableName) =>
      outcome(
        client.send(new PutCommand({ TableName, Item: item('units'), ReturnConsumedCapacity: 'TOTAL' })),
        ({ ConsumedCapacity }) => String(ConsumedCapacity?.CapacityUnits),
      ),
    embedded: '1',
    local: '2',
    amazon: '2',
  },
  {
    what: 'A page by source sees a record as soon as it is acknowledged',
    ask: async (client, TableName) => {
      await client.send(new PutCommand({ TableName, Item: { ...item('soon'), sourceShard: 'soon#1' } }));
      const query = new QueryCommand({
        TableName,
        IndexName: 'bySource',
        KeyConditionExpression: 'sourceShard = :key',
        ExpressionAttributeValues: { ':key': 'soon#1' },
      });
      return outcome(client.send(query), ({ Count }) => (Count === 1 ? 'yes' : 'no'));
    },
    embedded: 'yes',
    local: 'yes',
    amazon: 'a moment later',
  },
  {
    what: 'Throttles what is above the capacity of a table: ten writes of 98 units each, where one unit a second is bought',
    ask: async (client) => {
      const TableName = `Narrow-${randomUUID()}`;
      const narrow = new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      });
      await client.send(narrow);
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
      const note = 'x'.repeat(100_000);
      const puts = Array.from({ length: 10 }, (_, i) => new PutCommand({ TableName, Item: { pk: `${i}`, note } }));
      return outcome(Promise.all(puts.map((put) => client.send(put))), () => 'no');
    },
    embedded: 'no',
    local: 'no',
    amazon: 'ProvisionedThroughputExceededException',
  },
  {
    what: 'Takes a warm throughput',
    ask: (client, TableName) =>
      outcome(client.send(new UpdateTableCommand({ TableName, WarmThroughput: { WriteUnitsPerSecond: 12_000 } }))),
    embedded: 'ValidationException',
    local: 'ValidationException',
    amazon: 'yes',
  },
  {
    what: 'An empty key of an index',
    ask: (client, TableName) =>
      outcome(client.send(new PutCommand({ TableName, Item: { pk: 't#1', sk: 'empty', sourceShard: '' } }))),
    embedded: 'yes',
    local: 'ValidationException',
    amazon: 'ValidationException',
  },
  {
    what: 'A key of an index above 2,048 bytes',
    ask: (client, TableName) => {
      const Item = { pk: 't#1', sk: 'long', sourceShard: 'x'.repeat(2049) };
      return outcome(client.send(new PutCommand({ TableName, Item })));
    },
    embedded: 'yes',
    local: 'ValidationException',
    amazon: 'ValidationException',
  },
  {
    what: 'What it says of a table that is not there',
    ask: (client) => failure(client.send(new GetCommand({ TableName: 'Nowhere', Key: { pk: 'a', sk: 'b' } }))),
    embedded: 'Requested resource not found',
    local: 'Cannot do operations on a non-existent table',
    amazon: 'Requested resource not found',
  },
];

/** The table of docs/conformance.md, as Markdown. */
export function differencesTable(): string {
  const rows = DIFFERENCES.map(({ what, embedded, local, amazon }) => [what, embedded, local, amazon]);
  const head = ['Question', 'Embedded store', 'DynamoDB Local', 'Amazon DynamoDB (documented)'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}
