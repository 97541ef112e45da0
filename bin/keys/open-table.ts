import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ENV, parseEnv } from '../../lambda/api/env.ts';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { ConfigError } from '../../lib/config/read-stage.ts';
import { StoreInUseError } from '../../local/dynamo/embedded.ts';
import { StartError } from '../../local/start-error.ts';
import { openStore, type Store } from '../../local/store.ts';
import { listTables, onlyOne, readStageConfig } from '../shared/open-tables.ts';
import { clientConfig } from '../shared/preflight.ts';

/** A table of keys, and how it is reached. */
export interface OpenTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** For people. */
  readonly place: string;
  readonly close: () => Promise<void>;
}

/** The table of this machine: where `npm start` with the same environment looks, also while that runs. */
export async function openLocalTable(): Promise<OpenTable> {
  if (process.env.DATA_DIR === ':memory:' && process.env[ENV.dynamodbEndpoint] === undefined) {
    throw new StartError('DATA_DIR is :memory:, where a key would be gone with this command; choose a folder');
  }
  process.env[ENV.access] = 'keys';
  const { place, close } = await openOrJoin();
  const env = parseEnv(process.env);
  return { client: createDynamoClient(env), tableName: env.tables.keys ?? '', place, close };
}

async function openOrJoin(): Promise<Store> {
  try {
    return await openStore();
  } catch (error) {
    if (!(error instanceof StoreInUseError) || error.endpoint === undefined) throw error;
    process.env[ENV.dynamodbEndpoint] = error.endpoint;
    return { ...(await openStore()), place: `${error.folder}, in use by a server` };
  }
}

/**
 * The table of a stage that was deployed, by the name that CloudFormation gives it.
 *
 * @throws StageError when there is none, or more than one
 */
export async function openTableOf(stage: string): Promise<OpenTable> {
  const { region, access } = readStageConfig(stage);
  if (access === 'open') {
    throw new ConfigError(
      `The stage ${stage} is open: with "access": "keys" in cdk.json, and deployed, it takes keys.`,
    );
  }
  const client = new DynamoDBClient(clientConfig({ region }));
  const prefix = `rollcall-${stage}-data-${TABLES.keys.name}`;
  const tableName = onlyOne(await listTables(client, region), prefix, region);
  return { client, tableName, place: `table ${tableName} in ${region}`, close: async () => client.destroy() };
}
