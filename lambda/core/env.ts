/** The environment of functions: what each of them reads, and how it is told that something is wrong with it. */
import * as v from 'valibot';
import { forTablesOf, type TableOf, type TableUser } from './dynamo/tables.ts';

export type Variables = Readonly<Record<string, string | undefined>>;
type Fields = Readonly<Record<string, v.GenericSchema>>;
/** The names of the variables of some fields. */
type Names<F extends Fields> = Readonly<Record<keyof F, string>>;

const REGION_ALLOWED = 'the name of an AWS region, such as eu-west-1';
const TABLE_ALLOWED = 'the name of a DynamoDB table: 3 to 255 of A-Z a-z 0-9 . _ -';
const ENDPOINT_ALLOWED = 'an http or https address, such as http://127.0.0.1:8000';
/** Stacks are named after their stage: at most 128 letters, digits and hyphens (CloudFormation API reference). */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,63}$/;
export const STAGE_ALLOWED = 'at most 64 of a-z 0-9 -, a letter first';

/** The names of the variables that every function of ours reads, for whatever sets them. */
export const CORE_ENV = {
  region: 'AWS_REGION',
  stage: 'METRICS_STAGE',
  dynamodbEndpoint: 'DYNAMODB_ENDPOINT',
} as const;

/** What every function of ours reads. */
export const CORE_FIELDS = {
  region: v.pipe(v.string(REGION_ALLOWED), v.regex(/^[a-z0-9-]+$/, REGION_ALLOWED)),
  /** The name under which the function counts. */
  stage: v.optional(v.pipe(v.string(), v.regex(STAGE_NAME, STAGE_ALLOWED)), 'local'),
  /** Where DynamoDB answers, if not at AWS: DynamoDB Local, Alternator or the embedded store. */
  dynamodbEndpoint: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^/]/, ENDPOINT_ALLOWED))),
};

const TableName = v.pipe(v.string(TABLE_ALLOWED), v.regex(/^[\w.-]{3,255}$/, TABLE_ALLOWED));

/** What every function knows, parsed. */
export type Env = Readonly<v.InferOutput<v.ObjectSchema<typeof CORE_FIELDS, undefined>>>;

/** A whole number, as text. */
export function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(allowed),
    v.regex(/^\d+$/, allowed),
    v.transform(Number),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  );
}

/** The members of a list with commas between; an empty list has none. */
export function list(isMember: (text: string) => boolean, allowed: string) {
  return v.pipe(
    v.optional(v.string(allowed), ''),
    v.transform((text) => (text === '' ? [] : text.split(','))),
    v.array(v.pipe(v.string(), v.check(isMember, allowed))),
  );
}

/** The environment is not what the function needs. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/**
 * Parses fields out of the environment. The message of each says what is allowed.
 *
 * @param secret the name of a variable that is not to be printed
 * @throws EnvError that names the variable, what came (unless it is secret) and what is allowed
 */
export function parseVariables<const F extends Fields>(
  fields: F,
  names: Names<F>,
  variables: Variables,
  secret?: string,
): Readonly<v.InferOutput<v.ObjectSchema<F, undefined>>> {
  // A variable that is missing is one that is undefined, so that its own schema says what is allowed.
  const given = Object.entries<string>(names).map(([field, name]) => [field, unlessBlank(variables[name])]);
  const named = Object.fromEntries(given);
  const result = v.safeParse(v.object(fields), named);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const [, name] = Object.entries<string>(names).find(([field]) => field === v.getDotPath(issue)?.split('.')[0]) ?? [];
  throw envError(name ?? '', issue, name === secret);
}

/**
 * The names of the tables that a function uses.
 *
 * @throws EnvError as parseVariables
 */
export function parseTableNames<User extends TableUser>(
  user: User,
  variables: Variables,
): Readonly<Record<TableOf<User>, string>> {
  return forTablesOf(user, ({ env }) => {
    const result = v.safeParse(TableName, unlessBlank(variables[env]));
    if (!result.success) throw envError(env, result.issues[0], false);
    return result.output;
  });
}

/** A variable that is blank counts as one that is not set. */
function unlessBlank(text: string | undefined): string | undefined {
  return text?.trim() === '' ? undefined : text;
}

function envError(name: string, { input, message }: v.BaseIssue<unknown>, isSecret: boolean): EnvError {
  const came = input === undefined ? 'is not set' : `is ${isSecret ? 'not what it should be' : `"${input}"`}`;
  return new EnvError(`${name} ${came}; it must be ${message}`);
}
