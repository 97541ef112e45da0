/** What was heard of a source. */
import type { Expectation } from './expectation.ts';
import type { Heard } from './state.ts';

/** What the fold reads of a record. */
export interface RollRecord {
  readonly id: string;
  /** @default success */
  readonly state?: 'success' | 'start' | 'fail' | 'log' | undefined;
  readonly run?: string | undefined;
  /** 0 is a success, everything else a failure; it outweighs a `state` of `success`. */
  readonly exit?: number | undefined;
  readonly values?: Readonly<Record<string, number>> | undefined;
}

/** Nothing was heard yet. */
export const NOTHING_HEARD: Heard = { runs: {}, values: {} };

/**
 * What is known once one more record is. Each record must come once, in the order of ids: whoever reads the log again from
 * a little before where it was (late records become visible out of order) keeps what it had folded until there, and
 * folds the rest anew.
 *
 * @param limits of the expectation as it is now
 */
export function fold(_heard: Heard | undefined, _record: RollRecord, _limits?: Expectation['limits']): Heard {
  throw new Error('not yet');
}
