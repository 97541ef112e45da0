import * as v from 'valibot';
import { MAX_SHARDS } from './domain/timestamp-id.ts';

const SHARDS_ALLOWED = `a whole number from 1 to ${MAX_SHARDS}`;
const REGION_ALLOWED = 'the name of an AWS region, such as eu-west-1';
const TABLE_ALLOWED = 'the name of a DynamoDB table: 3 to 255 of A-Z a-z 0-9 . _ -';
const ENDPOINT_ALLOWED = 'an http or https address, such as http://127.0.0.1:8000';

/** The names of the environment's variables, for whatever sets them. */
export const ENV = {
  region: 'AWS_REGION',
  timestampsTable: 'TIMESTAMPS_TABLE',
  shards: 'SHARDS',
  dynamodbEndpoint: 'DYNAMODB_ENDPOINT',
} as const;

/** What the function reads from its environment. */
const Env = v.object({
  [ENV.region]: v.pipe(v.string(REGION_ALLOWED), v.regex(/^[a-z0-9-]+$/, REGION_ALLOWED)),
  [ENV.timestampsTable]: v.pipe(v.string(TABLE_ALLOWED), v.regex(/^[\w.-]{3,255}$/, TABLE_ALLOWED)),
  /** How many shards the timestamps are spread over; it may only grow. */
  [ENV.shards]: v.pipe(
    v.optional(v.string(SHARDS_ALLOWED), '8'),
    v.regex(/^\d+$/, SHARDS_ALLOWED),
    v.transform(Number),
    v.minValue(1, SHARDS_ALLOWED),
    v.maxValue(MAX_SHARDS, SHARDS_ALLOWED),
  ),
  /** Where DynamoDB answers, if not at AWS: DynamoDB Local, Alternator or the embedded store. */
  [ENV.dynamodbEndpoint]: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^/]/, ENDPOINT_ALLOWED))),
});

export interface Env {
  readonly region: string;
  readonly timestampsTable: string;
  readonly shards: number;
  readonly dynamodbEndpoint: string | undefined;
}

/** The environment is not what the function needs. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Parses the environment, once, at start.
 *
 * @throws EnvError that names the variable, what came and what is allowed
 */
export function parseEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const result = v.safeParse(Env, variables);
  if (!result.success) {
    const [issue] = result.issues;
    const name = v.getDotPath(issue);
    const came = issue.input === undefined ? 'is not set' : `is "${issue.input}"`;
    throw new EnvError(`${name} ${came}; it must be ${issue.message}`);
  }
  const env = result.output;
  return {
    region: env[ENV.region],
    timestampsTable: env[ENV.timestampsTable],
    shards: env[ENV.shards],
    dynamodbEndpoint: env[ENV.dynamodbEndpoint],
  };
}
