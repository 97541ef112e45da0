import type { PageQuery, TimestampRecord } from './record.ts';
import { idAfter, idBefore, lowestIdAt } from './timestamp-id.ts';

/** A run of ids, both ends included, and which end a page of it starts at. */
export interface IdRange {
  readonly low: string;
  readonly high: string;
  readonly newestFirst: boolean;
}

/** Greater than every id: ids are hexadecimal. */
const ABOVE_ALL_IDS = 'g';
const BELOW_ALL_IDS = '0';

/**
 * The ids that a query is about.
 *
 * @returns undefined when its bounds leave nothing between them
 */
export function rangeOf(query: PageQuery): IdRange | undefined {
  const lows = [BELOW_ALL_IDS];
  const highs = [ABOVE_ALL_IDS];
  if (query.from !== undefined) lows.push(lowestIdAt(query.from));
  if (query.after !== undefined) lows.push(idAfter(query.after));
  if (query.to !== undefined) highs.push(idBefore(lowestIdAt(query.to)));
  if (query.before !== undefined) highs.push(idBefore(query.before));
  const low = lows.sort().at(-1) ?? BELOW_ALL_IDS;
  const high = highs.sort()[0] ?? ABOVE_ALL_IDS;
  return low <= high ? { low, high, newestFirst: query.after === undefined } : undefined;
}

/**
 * Merges what the shards returned into one page: of records, or of whatever else has their ids.
 *
 * @param shards of each shard the first `limit + 1` records of the range (or all, if fewer), in the range's direction
 */
export function mergeShards<T extends Pick<TimestampRecord, 'id'>>(
  shards: readonly (readonly T[])[],
  { newestFirst }: IdRange,
  limit: number,
): { readonly records: readonly T[]; readonly more: boolean } {
  // Each shard's records are one sorted run, and the engine's sort merges runs.
  const merged = shards.flat().sort((a, b) => (a.id < b.id === newestFirst ? 1 : -1));
  const records = merged.slice(0, limit);
  return { records: newestFirst ? records : records.reverse(), more: merged.length > limit };
}
