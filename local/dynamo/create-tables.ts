import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { TIMEOUTS } from '../../lambda/core/dynamo/client.ts';
import { TABLE_ENTRIES, type TableDefinition, type TableId } from '../../lambda/core/dynamo/tables.ts';

/** The names of the tables on one machine, by the variables of the environment that name them. */
export const LOCAL_TABLES: Readonly<Record<string, string>> = Object.fromEntries(
  TABLE_ENTRIES.map(([, { env, name }]) => [env, name]),
);

export interface CreateTablesOptions {
  readonly region: string;
  readonly dynamodbEndpoint?: string | undefined;
  /** The names of the tables that there are to be. */
  readonly tables: Readonly<Partial<Record<TableId, string>>>;
}

/** A table as the CDK app makes it, as far as a store on one machine knows such things. */
function tableOf(TableName: string, definition: TableDefinition): CreateTableCommandInput {
  const { partitionKey, sortKey, indexes = {} } = definition;
  const keySchema = (hash: string, range: string | undefined): CreateTableCommandInput['KeySchema'] => [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  const keys = [{ partitionKey, sortKey }, ...Object.values(indexes)];
  const attributes = new Set(keys.flatMap((key) => [key.partitionKey, key.sortKey].filter((one) => one !== undefined)));
  const GlobalSecondaryIndexes = Object.entries(indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
  };
}

/** Creates the tables at an endpoint that is not AWS, unless they are there; credentials come from the environment. */
export async function createTables({ region, dynamodbEndpoint = '', tables }: CreateTablesOptions): Promise<void> {
  const client = new DynamoDBClient({
    region,
    endpoint: dynamodbEndpoint,
    credentials: fromEnv(),
    maxAttempts: 1,
    // Making a table can take longer than using it.
    requestHandler: { ...TIMEOUTS, requestTimeout: 5_000, socketTimeout: 5_000 },
  });
  for (const [id, definition] of TABLE_ENTRIES) {
    const TableName = tables[id];
    if (TableName === undefined) continue;
    try {
      await client.send(new CreateTableCommand(tableOf(TableName, definition)));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName });
  }
  client.destroy();
}
