import { resolve } from 'node:path';
import { createDeps } from '../lambda/api/deps.ts';
import { ENV, parseEnv } from '../lambda/api/env.ts';
import { createTableCheck } from '../lambda/core/dynamo/check-tables.ts';
import { createDynamoClient } from '../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../lambda/core/dynamo/errors.ts';
import { TABLES } from '../lambda/core/dynamo/tables.ts';
import { keepAwsCredentials } from './aws-credentials.ts';
import { checkClock, TRUST_CLOCK } from './check-clock.ts';
import { createTables, LOCAL_TABLES } from './dynamo/create-tables.ts';
import { startEmbeddedDynamo } from './dynamo/embedded.ts';
import { messageOf } from './error-message.ts';
import { forgetAws } from './forget-aws.ts';
import { StartError } from './start-error.ts';

/** Where the timestamps are kept. */
export interface Store {
  /** For people. */
  readonly place: string;
  /** Whether the tables are AWS's, whose stage watches them and tells people. */
  readonly isReal?: boolean;
  /** Where what belongs to it is kept beside it; undefined where nothing is, or where AWS does. */
  readonly folder?: string | undefined;
  readonly close: () => Promise<void>;
}

/** What counts for a store that is not AWS: DynamoDB Local keeps the tables of each key and region apart. */
const OF_A_STORE = [ENV.region, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * Chooses the store by the environment, and completes the environment for the handler.
 *
 * @throws StartError when the store cannot be used
 */
export async function openStore(): Promise<Store> {
  const given = process.env;
  if (given[TABLES.timestamps.env] !== undefined && given[ENV.dynamodbEndpoint] === undefined) return openRealTable();
  const isEmbedded = given[ENV.dynamodbEndpoint] === undefined;
  forgetAws(isEmbedded ? [] : OF_A_STORE);
  given[ENV.region] ??= 'us-east-1';
  for (const [variable, name] of Object.entries(LOCAL_TABLES)) given[variable] ??= name;
  const { DATA_DIR = '.rollcall' } = given;
  const folder = DATA_DIR === ':memory:' ? undefined : resolve(DATA_DIR);
  return isEmbedded ? openEmbedded(folder) : openEndpoint(folder);
}

/**
 * Checks that the clock is not behind what the store, once it is open, has recorded.
 *
 * @throws StartError when it is, or when the store cannot be read
 */
export async function checkClockOf({ place }: Store): Promise<void> {
  const { timestamps } = createDeps(parseEnv(process.env));
  await orStartError(`${place} cannot be read`, () =>
    checkClock({ timestamps, trusted: process.env[TRUST_CLOCK] === '1' }),
  );
}

async function openRealTable(): Promise<Store> {
  await keepAwsCredentials();
  const env = parseEnv(process.env);
  const { tables, region } = env;
  const place = `table ${tables.timestamps} in ${region}`;
  await orStartError(`${place} cannot be read`, () => createTableCheck({ client: createDynamoClient(env), tables })());
  return { place, isReal: true, close: async () => {} };
}

async function openEndpoint(folder: string | undefined): Promise<Store> {
  const env = parseEnv(process.env);
  const place = `table ${env.tables.timestamps} at ${env.dynamodbEndpoint}`;
  await orStartError(`${place} cannot be used`, () => createTables(env));
  return { place, folder, close: async () => {} };
}

async function openEmbedded(folder: string | undefined): Promise<Store> {
  const dynamo = await startEmbeddedDynamo(folder);
  process.env[ENV.dynamodbEndpoint] = dynamo.endpoint;
  await createTables(parseEnv(process.env));
  return { place: folder ?? 'in memory, gone when the server stops', folder, close: dynamo.close };
}

async function orStartError(what: string, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof StartError) throw error;
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    throw new StartError(`${what}: ${messageOf(cause)}`);
  }
}
