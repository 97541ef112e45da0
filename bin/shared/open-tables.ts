import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig, paginateListTables } from '@aws-sdk/client-dynamodb';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { ENV, parseEnv } from '../../lambda/api/env.ts';
import { keepQueryAnswers } from '../../lambda/core/dynamo/query-answers.ts';
import { TABLE_ENTRIES, TABLES, type TableId, tablesUsedBy } from '../../lambda/core/dynamo/tables.ts';
import { readStage, type StageConfig } from '../../lib/config/read-stage.ts';
import { tableUsersOf } from '../../lib/data/data-values.ts';
import { StartError } from '../../local/start-error.ts';
import { openStore } from '../../local/store.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { clientConfig } from './preflight.ts';
import { StageError } from './stage-error.ts';
import { openFolder } from './store-folder.ts';

/** The tables of a stage, or of this machine, as the operator reaches them. */
export interface OpenTables {
  readonly client: DynamoDBClient;
  /** The names of the tables that there are. */
  readonly names: ReadonlyMap<TableId, string>;
  /** For people. */
  readonly place: string;
  /** The stage; undefined for the store of this machine. */
  readonly stage: StageConfig | undefined;
  /** How many shards are read for a list, and how many days a record is kept. */
  readonly shards: number;
  readonly retentionDays: number | undefined;
  /** The folder of the embedded store, where no server has it open. */
  readonly folder: string | undefined;
  readonly close: () => Promise<void>;
}

/** Much at once takes longer than one request may take, and where a table refuses for a while it is asked again. */
const PATIENT = { maxAttempts: 12, retryMode: 'adaptive' } as const;
const SECONDS_30 = { connectionTimeout: 3000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** @param stage its name; undefined for the store of this machine */
export function openTables(stage: string | undefined): Promise<OpenTables> {
  return stage === undefined ? openLocalTables() : openTablesOf(stage);
}

async function openLocalTables(): Promise<OpenTables> {
  if (process.env.DATA_DIR === ':memory:' && process.env[ENV.dynamodbEndpoint] === undefined) {
    throw new StartError('DATA_DIR is :memory:, where there is nothing yet; choose a folder');
  }
  const isEmbedded =
    process.env[ENV.dynamodbEndpoint] === undefined && process.env[TABLES.timestamps.env] === undefined;
  const folder = resolve(process.env.DATA_DIR ?? '.rollcall');
  const store = isEmbedded ? await openFolder(folder) : undefined;
  if (store !== undefined) process.env[ENV.dynamodbEndpoint] = store.endpoint;
  const { place } = await openStore();
  const { region, dynamodbEndpoint, shards, readShards = 0, retentionDays } = parseEnv(process.env);
  const client = bulkClient({
    region,
    ...(dynamodbEndpoint && { endpoint: dynamodbEndpoint }),
    credentials: fromEnv(),
    requestHandler: SECONDS_30,
  });
  const there = new Set(await listTables(client, region));
  const wanted = TABLE_ENTRIES.map(([id, { env }]) => [id, process.env[env] ?? ''] as const);
  return {
    client,
    names: new Map(wanted.filter(([, name]) => there.has(name))),
    place: store === undefined ? place : `${folder}${store.isShared ? ', in use by a server' : ''}`,
    stage: undefined,
    shards: Math.max(shards, readShards),
    retentionDays,
    folder: store?.isShared === false ? folder : undefined,
    close: async () => {
      client.destroy();
      await store?.close();
    },
  };
}

/** The values of a stage in cdk.json. */
export function readStageConfig(stage: string): StageConfig {
  return readStage(JSON.parse(readFileSync('cdk.json', 'utf8')).context.stages, stage);
}

async function openTablesOf(name: string): Promise<OpenTables> {
  const stage = readStageConfig(name);
  const { region, shards, readShards = 0, timestampRetentionDays: retentionDays } = stage;
  const connection = { region };
  const config = clientConfig(connection);
  const client = bulkClient({ ...config, requestHandler: { ...config.requestHandler, requestTimeout: 30_000 } });
  const there = await listTables(client, region);
  const names = new Map(
    tablesUsedBy(tableUsersOf(stage)).map(([id, { name: table }]) => [
      id,
      onlyOne(there, `rollcall-${name}-data-${table}`, region),
    ]),
  );
  return {
    client,
    names,
    place: `stage ${name} in ${region}`,
    stage,
    shards: Math.max(shards, readShards),
    retentionDays,
    folder: undefined,
    close: async () => client.destroy(),
  };
}

function bulkClient(config: DynamoDBClientConfig): DynamoDBClient {
  const client = new DynamoDBClient({ ...config, ...PATIENT });
  // It copies every answer for a log of the SDK that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware');
  keepQueryAnswers(client);
  return client;
}

/** @throws StageError when AWS does not say */
export async function listTables(client: DynamoDBClient, region: string): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const { TableNames = [] } of paginateListTables({ client }, {})) found.push(...TableNames);
  } catch (error) {
    throw explainAwsFailure(error, 'dynamodb:ListTables', { region });
  }
  return found;
}

/**
 * The table that CloudFormation has given a name with this beginning.
 *
 * @throws StageError when there is none, or more than one
 */
export function onlyOne(names: readonly string[], prefix: string, region: string): string {
  const found = names.filter((name) => name.startsWith(prefix));
  const [table, ...others] = found;
  if (table === undefined) {
    throw new StageError(
      `There is no table ${prefix}* in ${region}: deploy the stage first, or choose another profile.`,
    );
  }
  if (others.length > 0) {
    throw new StageError(
      `There is more than one table ${prefix}* in ${region}: ${found.join(', ')}. Delete the old ones.`,
    );
  }
  return table;
}

/** The name of a table that is there in any case. */
export function tableNameOf({ names, place }: OpenTables, id: TableId): string {
  const name = names.get(id);
  if (name === undefined) throw new StageError(`There is no table of ${id} in ${place}.`);
  return name;
}
