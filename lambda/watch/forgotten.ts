/** Sources that the watch remembers and nobody else knows any more: somebody has erased them. */
import { StoreUnavailableError } from '../core/dynamo/errors.ts';
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
  try {
    return (await timestamps.list({ source, limit: 1 })).records.length === 0;
  } catch (error) {
    if (error instanceof StoreUnavailableError && error.throttled) return undefined;
    throw error;
  }
}
