import * as v from 'valibot';
import { MAX_SHARDS } from '../core/timestamps/timestamp-id.ts';
import { CLIENT_IP_MODES } from './http/caller-address.ts';

const REGION_ALLOWED = 'the name of an AWS region, such as eu-west-1';
const TABLE_ALLOWED = 'the name of a DynamoDB table: 3 to 255 of A-Z a-z 0-9 . _ -';
const CLIENT_IP_ALLOWED = `one of ${CLIENT_IP_MODES.join(', ')}`;
/** Stacks are named after their stage: at most 128 letters, digits and hyphens (CloudFormation API reference). */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,63}$/;
export const STAGE_ALLOWED = 'at most 64 of a-z 0-9 -, a letter first';
const ENDPOINT_ALLOWED = 'an http or https address, such as http://127.0.0.1:8000';

/** An origin as browsers send it (RFC 6454, section 6.2): no path, no trailing slash. */
export const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/;
const ORIGINS_ALLOWED = 'origins such as https://app.example.com, with commas between';

/** Long enough not to be guessed, and of what a header may hold; printed nowhere. */
const SECRET = /^[\w!#$%&'*+.^`|~=/-]{16,256}$/;
const SECRETS_ALLOWED = 'one or two secrets of 16 to 256 characters, with a comma between';

/** A century: beyond it, for ever is what was meant. */
export const MAX_RETENTION_DAYS = 36_500;

function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(allowed),
    v.regex(/^\d+$/, allowed),
    v.transform(Number),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  );
}

/** The names of the environment's variables, for whatever sets them. */
export const ENV = {
  region: 'AWS_REGION',
  timestampsTable: 'TIMESTAMPS_TABLE',
  peopleTable: 'PEOPLE_TABLE',
  shards: 'SHARDS',
  readShards: 'READ_SHARDS',
  retentionDays: 'RETENTION_DAYS',
  corsOrigins: 'CORS_ORIGINS',
  originSecrets: 'ORIGIN_SECRETS',
  clientIp: 'CLIENT_IP',
  stage: 'METRICS_STAGE',
  dynamodbEndpoint: 'DYNAMODB_ENDPOINT',
} as const;

/** The members of a list with commas between; an empty list has none. */
function list(member: RegExp, allowed: string) {
  return v.pipe(
    v.optional(v.string(allowed), ''),
    v.transform((text) => (text === '' ? [] : text.split(','))),
    v.array(v.pipe(v.string(), v.regex(member, allowed))),
  );
}

const TableName = v.pipe(v.string(TABLE_ALLOWED), v.regex(/^[\w.-]{3,255}$/, TABLE_ALLOWED));

/** What the function reads from its environment. */
const Env = v.object({
  region: v.pipe(v.string(REGION_ALLOWED), v.regex(/^[a-z0-9-]+$/, REGION_ALLOWED)),
  timestampsTable: TableName,
  peopleTable: TableName,
  /** How many shards the timestamps are spread over; it may only grow. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), '8'),
  /** How many shards are read, if more than that: the first step of a growth (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /** How many days a timestamp is kept; without it, for ever. */
  retentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /** The origins whose pages may use the API, with commas between. */
  corsOrigins: list(ORIGIN, ORIGINS_ALLOWED),
  /** Of which requests must carry one; without any, the function answers whoever reaches it. */
  originSecrets: v.pipe(list(SECRET, SECRETS_ALLOWED), v.maxLength(2, SECRETS_ALLOWED)),
  /** How much of the clients' addresses is stored and logged. */
  clientIp: v.optional(v.picklist(CLIENT_IP_MODES, CLIENT_IP_ALLOWED), 'full'),
  /** The name under which the function counts. */
  stage: v.optional(v.pipe(v.string(), v.regex(STAGE_NAME, STAGE_ALLOWED)), 'local'),
  /** Where DynamoDB answers, if not at AWS: DynamoDB Local, Alternator or the embedded store. */
  dynamodbEndpoint: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^/]/, ENDPOINT_ALLOWED))),
});

/** The environment, parsed. */
export type Env = Readonly<v.InferOutput<typeof Env>>;

/** The environment is not what the function needs. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Parses the environment, once, at start.
 *
 * @throws EnvError that names the variable, what came (unless it is secret) and what is allowed
 */
export function parseEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  // A variable that is missing is one that is undefined, so that its own schema says what is allowed.
  const named = Object.fromEntries(Object.entries(ENV).map(([field, name]) => [field, variables[name]]));
  const result = v.safeParse(Env, named);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const [, name] = Object.entries(ENV).find(([field]) => field === v.getDotPath(issue)?.split('.')[0]) ?? [];
  const shown = name === ENV.originSecrets ? 'not what it should be' : `"${issue.input}"`;
  const came = issue.input === undefined ? 'is not set' : `is ${shown}`;
  throw new EnvError(`${name} ${came}; it must be ${issue.message}`);
}
