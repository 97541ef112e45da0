import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type AccessMode, ENV, type Env, parseEnv } from '../../lambda/api/env.ts';
import { createTables, LOCAL_TABLES } from '../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../local/dynamo/embedded.ts';

/** A DynamoDB that the tests run against. */
export interface Backend {
  readonly name: string;
  /** Starts it, unless it runs already. */
  readonly start: () => Promise<{ readonly endpoint: string; readonly close: () => Promise<void> }>;
}

/** What `npm start` runs on. */
export const EMBEDDED: Backend = { name: 'the embedded store', start: () => startEmbeddedDynamo() };

/** Every store that there is on this machine: the embedded one, and Amazon's own where Java is. */
export function backends(): readonly Backend[] {
  const endpoint = inject('dynamodbLocal');
  if (endpoint === null) return [EMBEDDED];
  return [EMBEDDED, { name: 'DynamoDB Local', start: async () => ({ endpoint, close: async () => {} }) }];
}

/** Where nobody listens. */
export const NOWHERE = 'http://127.0.0.1:1';

/**
 * What a function is told whose store nobody answers for.
 *
 * @param variables more of its environment
 */
export function unreachableEnv(variables: Readonly<Record<string, string>> = {}): Env {
  return parseEnv({
    [ENV.region]: 'us-east-1',
    ...LOCAL_TABLES,
    [ENV.dynamodbEndpoint]: NOWHERE,
    ...variables,
  });
}

/**
 * A store with empty tables of its own.
 *
 * @param access whether there is a table of keys, too, which the app then asks for
 */
export async function openStore(
  backend: Backend,
  shards = 8,
  access: AccessMode = 'open',
): Promise<{ env: Env; close: () => Promise<void> }> {
  const { endpoint, close } = await backend.start();
  const env = parseEnv({
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(
      Object.entries(LOCAL_TABLES).map(([variable, name]) => [variable, `${name}-${randomUUID()}`]),
    ),
    DYNAMODB_ENDPOINT: endpoint,
    SHARDS: String(shards),
    ACCESS: access,
  });
  await createTables(env);
  return { env, close };
}
