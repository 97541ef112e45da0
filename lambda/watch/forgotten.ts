/** Sources that the watch remembers and nobody else knows any more: somebody has erased them. */
import { unlessThrottled } from '../core/dynamo/errors.ts';
import type { TimestampStore } from '../core/timestamps/store.ts';

/**
 * Whether no record of a source is left.
 *
 * @returns undefined if the store asks to be called less: it is to be left to the next tick
 */
export async function isForgotten(
  source: string,
  timestamps: Pick<TimestampStore, 'list'>,
): Promise<boolean | undefined> {
  const page = await unlessThrottled(timestamps.list({ source, limit: 1 }));
  return page && page.records.length === 0;
}
