import * as v from 'valibot';
import { type AccessMode, MAX_RETENTION_DAYS } from '../../lambda/api/env.ts';
import type { TableUser } from '../../lambda/core/dynamo/tables.ts';
import { MAX_SHARDS } from '../../lambda/core/timestamps/timestamp-id.ts';
import { flag, unless, wholeNumber } from '../config/schemas.ts';

/** What the dearest page reads (docs/cost.md), rounded up. */
const MAX_PAGE_UNITS = 300;
/** Of on-demand tables in most regions (developer guide, "Quotas"). */
const TABLE_QUOTA = 40_000;

/** Whoever uses tables from within the VPC. */
type Isolated = Exclude<TableUser, 'notify' | 'send'>;

/** The users of tables in a stage, within its VPC: where nobody is asked for a key, or nobody watches, there is no table for that. */
export function tableUsersOf({
  access,
  watch,
}: {
  readonly access: AccessMode;
  readonly watch: boolean;
}): readonly TableUser[] {
  const wanted: Readonly<Record<Isolated, boolean>> = { api: true, access: access === 'keys', roll: watch, watch };
  const users: readonly Isolated[] = ['api', 'access', 'roll', 'watch'];
  return users.filter((user) => wanted[user]);
}

export const DATA_VALUES = {
  /** The number of shards that the timestamps are spread over. It may only grow, beyond 16 (docs/scale.md). */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), 4),
  /** The number of shards that are read, if more: the first of two deployments that let `shards` grow (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /**
   * The units that each table and each index takes in a second, which bound what it can cost (docs/cost.md): the rest is
   * refused. One page may read 300 units at once. Without them, AWS's quota of 40,000 holds.
   */
  maxReadUnitsPerSecond: v.optional(wholeNumber(MAX_PAGE_UNITS, TABLE_QUOTA)),
  maxWriteUnitsPerSecond: v.optional(wholeNumber(10, TABLE_QUOTA)),
  /** How many days timestamps are kept; without it, for ever. */
  timestampRetentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /** Whether the stage refuses to be destroyed, and the tables are kept when their stack goes nevertheless. */
  protectData: v.optional(flag, false),
  /** How far back the tables can be restored. */
  recoveryDays: v.optional(wholeNumber(1, 35), 35),
  /**
   * How many days daily backups are kept in AWS Backup, which are restored once a month (docs/runbooks/restore.md). Without
   * it, there are none.
   */
  backupDays: v.optional(wholeNumber(7, 3650)),
};

/** The values of data that do not fit each other: a vault that holds backups refuses to be destroyed. */
export function dataMisfits({
  backupDays,
  protectData,
}: {
  readonly backupDays?: number | undefined;
  readonly protectData: boolean;
}) {
  return unless(backupDays === undefined || protectData, 'backupDays', 'left out, because protectData is false');
}
