/** `npm start`: the bundle that Lambda runs, behind a model of the load balancer, on a DynamoDB in this process. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { ENV, EnvError, parseEnv } from '../lambda/env.ts';
import { createDynamoClient } from '../lambda/store/client.ts';
import { StoreUnavailableError } from '../lambda/store/errors.ts';
import { createTimestampStore } from '../lambda/store/timestamps.ts';
import { createAlb } from './alb.ts';
import { keepAwsCredentials, useLocalCredentials } from './aws-credentials.ts';
import { bundleHandler } from './bundle.ts';
import { startEmbeddedDynamo } from './embedded-dynamodb.ts';
import { createInvoker } from './lambda.ts';
import { messageOf, StartError } from './start-error.ts';
import { createTables } from './tables.ts';

const HOST = '127.0.0.1';
/** As long as the function may take. */
const STOP_TIMEOUT_MS = 10_000;

/** Where the timestamps are kept. */
interface Store {
  /** For people. */
  readonly place: string;
  readonly close: () => Promise<void>;
}

/** Chooses the store by the environment, and completes the environment for the handler. */
async function openStore(): Promise<Store> {
  const given = process.env;
  if (given[ENV.timestampsTable] !== undefined && given[ENV.dynamodbEndpoint] === undefined) return openRealTable();
  given[ENV.region] ??= 'us-east-1';
  given[ENV.timestampsTable] ??= 'Timestamps';
  given[ENV.peopleTable] ??= 'People';
  useLocalCredentials();
  return given[ENV.dynamodbEndpoint] === undefined ? openEmbedded(given.DATA_DIR || '.rollcall') : openEndpoint();
}

async function openRealTable(): Promise<Store> {
  await keepAwsCredentials();
  const env = parseEnv(process.env);
  const { timestampsTable: tableName, region } = env;
  const place = `table ${tableName} in ${region}`;
  await orStartError(`${place} cannot be read`, () =>
    createTimestampStore({ ...env, tableName, client: createDynamoClient(env) }).check(),
  );
  return { place, close: async () => {} };
}

async function openEndpoint(): Promise<Store> {
  const env = parseEnv(process.env);
  const place = `table ${env.timestampsTable} at ${env.dynamodbEndpoint}`;
  await orStartError(`${place} cannot be used`, () => createTables(env));
  return { place, close: async () => {} };
}

async function openEmbedded(dataDir: string): Promise<Store> {
  const folder = dataDir === ':memory:' ? undefined : resolve(dataDir);
  const dynamo = await startEmbeddedDynamo(folder);
  process.env[ENV.dynamodbEndpoint] = dynamo.endpoint;
  await createTables(parseEnv(process.env));
  return { place: folder ?? 'in memory, gone when the server stops', close: dynamo.close };
}

async function orStartError(what: string, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    throw new StartError(`${what}: ${messageOf(cause)}`);
  }
}

function parsePort(text = '3000'): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new StartError(`PORT is "${text}"; it must be 0 to 65535`);
  return port;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new StartError(`port ${port} is in use: choose another one with PORT`);
    if (code === 'EACCES')
      throw new StartError(`port ${port} is not allowed to this user: choose another one with PORT`);
    throw error;
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function start(): Promise<void> {
  // A line a request, as on Lambda, where each is one JSON object.
  inspect.defaultOptions.breakLength = Number.POSITIVE_INFINITY;
  const port = parsePort(process.env.PORT);
  const [{ file }, store] = await Promise.all([bundleHandler(), openStore()]);
  const { handler } = await import(file);
  const alb = createAlb({ invoke: createInvoker({ handler }), multiValueHeaders: true, log: console.error });
  const origin = `http://${HOST}:${await listen(alb, port)}`;

  console.log(`Rollcall answers on ${origin}
  try:   curl -X POST ${origin}/app
  data:  ${store.place}
  stop:  Ctrl-C`);

  let stopping = false;
  const stop = () => {
    if (stopping) return; // A terminal sends its signal to npm, which passes it on, and to this process.
    stopping = true;
    alb.close(async () => {
      await store.close();
      process.exit(0);
    });
    // No request takes longer, but a client may never finish sending one.
    setTimeout(() => alb.closeAllConnections(), STOP_TIMEOUT_MS).unref();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

function fail(error: unknown): never {
  const known = error instanceof StartError || error instanceof EnvError;
  console.error(known ? `Rollcall cannot start: ${error.message}` : error);
  process.exit(1);
}

// dynalite throws out of reach of its caller when two servers open the same files at the same moment.
const failOutside = (error: Error) =>
  fail(new StartError(`${error.message}; perhaps another server started on the same data`));
process.once('uncaughtException', failOutside);
await start().catch(fail);
process.off('uncaughtException', failOutside);
