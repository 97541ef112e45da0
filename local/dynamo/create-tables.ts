import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import type { Env } from '../../lambda/api/env.ts';
import { TIMEOUTS } from '../../lambda/core/dynamo/client.ts';
import { PEOPLE_SCHEMA, TIMESTAMPS_SCHEMA } from '../../lambda/core/dynamo/tables.ts';

/** The table as the CDK app makes it, as far as a store on one machine knows such things. */
function timestampsTable(TableName: string): CreateTableCommandInput {
  const { partitionKey, sortKey, bySource } = TIMESTAMPS_SCHEMA;
  const keySchema = (hash: string, range: string): CreateTableCommandInput['KeySchema'] => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: [...new Set([partitionKey, sortKey, bySource.partitionKey, bySource.sortKey])].map(
      (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
    ),
    GlobalSecondaryIndexes: [
      {
        IndexName: bySource.indexName,
        KeySchema: keySchema(bySource.partitionKey, bySource.sortKey),
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  };
}

function peopleTable(TableName: string): CreateTableCommandInput {
  const AttributeName = PEOPLE_SCHEMA.partitionKey;
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName, KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
  };
}

/** Creates the tables at an endpoint that is not AWS, unless they are there; credentials come from the environment. */
export async function createTables(
  env: Pick<Env, 'region' | 'timestampsTable' | 'peopleTable' | 'dynamodbEndpoint'>,
): Promise<void> {
  const { region, dynamodbEndpoint = '' } = env;
  const client = new DynamoDBClient({
    region,
    endpoint: dynamodbEndpoint,
    credentials: fromEnv(),
    maxAttempts: 1,
    // Making a table can take longer than using it.
    requestHandler: { ...TIMEOUTS, requestTimeout: 5_000, socketTimeout: 5_000 },
  });
  for (const table of [timestampsTable(env.timestampsTable), peopleTable(env.peopleTable)]) {
    try {
      await client.send(new CreateTableCommand(table));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    const { TableName } = table;
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
  }
  client.destroy();
}
