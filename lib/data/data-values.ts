import * as v from 'valibot';
import { MAX_RETENTION_DAYS } from '../../lambda/api/env.ts';
import { MAX_SHARDS } from '../../lambda/core/timestamps/timestamp-id.ts';
import { flag, wholeNumber } from '../config/schemas.ts';

export const DATA_VALUES = {
  /** The number of shards that the timestamps are spread over. It may only grow. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), 4),
  /** The number of shards that are read, if more: the first of two deployments that let `shards` grow (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /** How many days timestamps are kept; without it, for ever. */
  timestampRetentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /** Whether the stage refuses to be destroyed, and the tables are kept when their stack goes nevertheless. */
  protectData: v.optional(flag, false),
  /** How far back the tables can be restored. */
  recoveryDays: v.optional(wholeNumber(1, 35), 35),
};
