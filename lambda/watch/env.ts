/** The environment of the watch. */
import * as v from 'valibot';
import type { TableOf } from '../core/dynamo/tables.ts';
import { CORE_ENV, CORE_FIELDS, parseTableNames, parseVariables, type Variables, wholeNumber } from '../core/env.ts';
import { TELLING_ENV, TELLING_FIELDS } from '../core/telling/env.ts';
import { MAX_SHARDS } from '../core/timestamps/timestamp-id.ts';

/** The names of the variables, for whatever sets them; those of tables are in the registry of tables. */
export const WATCH_ENV = { ...CORE_ENV, shards: 'SHARDS', readShards: 'READ_SHARDS', ...TELLING_ENV } as const;

const FIELDS = {
  ...CORE_FIELDS,
  ...TELLING_FIELDS,
  /** How many shards the timestamps are spread over. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), '4'),
  /** How many shards are read, if more than that. */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
};

export type WatchEnv = Readonly<v.InferOutput<v.ObjectSchema<typeof FIELDS, undefined>>> & {
  readonly tables: Readonly<Record<TableOf<'watch'>, string>>;
};

/**
 * Parses the environment, once, at start.
 *
 * @throws EnvError that names the variable, what came and what is allowed
 */
export function parseWatchEnv(variables: Variables): WatchEnv {
  return { ...parseVariables(FIELDS, WATCH_ENV, variables), tables: parseTableNames('watch', variables) };
}
