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
export const EVERYTHING: IdRange = { low: BELOW_ALL_IDS, high: ABOVE_ALL_IDS, newestFirst: true };

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

/** A record, or whatever else has its id. */
type Identified = Pick<TimestampRecord, 'id'>;

/** What has been read of a shard: the first records of the range, in its direction. */
export interface ShardRun<T extends Identified> {
  readonly found: readonly T[];
  /** Whether the range has no more in this shard. */
  readonly ended: boolean;
}

/** In how many pages a shard may hold more than it is asked for at first, so that it is asked again. */
const ASKED_AGAIN = 0.05;

/**
 * How many of a page's records one shard is asked for: the least number that hardly any page needs more of. Each record
 * is in any shard with the same chance, so what a shard holds of a page is binomial.
 *
 * @returns the least count such that the chance that any shard holds as many or more is at most ASKED_AGAIN
 */
export function likelyShare(records: number, shards: number): number {
  if (shards <= 1) return records;
  const odds = 1 / (shards - 1);
  /** The chance of exactly `count` records in a shard, and of as many or more. */
  let exactly = (1 - 1 / shards) ** records;
  let atLeast = 1;
  for (let count = 0; count < records; count++) {
    if (atLeast * shards <= ASKED_AGAIN) return count;
    atLeast -= exactly;
    exactly *= ((records - count) / (count + 1)) * odds;
  }
  return records;
}

/** How many rounds ask for what is likely; a later one asks for all that may be missing. */
const LIKELY_ROUNDS = 2;

/** A page, as far as what has been read of the shards tells, and what is missing. */
export interface PageProgress<T> {
  /** Newest first. Nothing is missing before or between them, in the direction of the range. */
  readonly records: readonly T[];
  /** Whether there are more behind them, as far as is known. */
  readonly more: boolean;
  /** How many more records each shard is to be asked for; none of any when the page is complete. */
  readonly counts: readonly number[];
}

/**
 * Merges what the shards have given into one page, and says what to ask them for next: nothing of a shard that has ended,
 * or whose last record lies at the end of the page or beyond.
 *
 * @param round how many rounds of questions there have been
 * @param room how many more records may be read, of all shards together. Where that is not enough, the page ends early,
 * behind one record at least
 */
export function progressOf<T extends Identified>(
  runs: readonly ShardRun<T>[],
  { newestFirst }: IdRange,
  limit: number,
  { round, room }: { readonly round: number; readonly room: number },
): PageProgress<T> {
  // Each run is sorted, and the engine's sort merges runs.
  const merged = runs.flatMap(({ found }) => found).sort((a, b) => (a.id < b.id === newestFirst ? 1 : -1));
  // One record more than the page has tells that there are more.
  const wanted = merged.length > limit ? limit : limit + 1;
  /** How far each shard has told all that it has. */
  const reached = runs.map(({ found, ended }) => {
    const last = found.at(-1);
    if (ended) return Number.POSITIVE_INFINITY;
    return last === undefined ? 0 : merged.lastIndexOf(last) + 1;
  });
  const unfinished = reached.filter((count) => count < wanted).length;
  const most = Math.floor(room / Math.max(1, unfinished));
  const counts = reached.map((count, shard) => {
    const missing = Math.max(0, wanted - count);
    const likely = round < LIKELY_ROUNDS ? likelyShare(Math.min(missing, limit), unfinished) : missing;
    const least = runs[shard]?.found.length === 0 ? 1 : 0;
    return Math.min(missing, Math.max(Math.min(likely, most), least));
  });
  const records = merged.slice(0, Math.min(limit, ...reached));
  const more = records.length < merged.length || reached.some(Number.isFinite);
  return { records: newestFirst ? records : records.reverse(), more, counts };
}
