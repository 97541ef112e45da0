/** Maintenance windows: the times in which nothing is expected. */
import type { Expectation } from './expectation.ts';

export interface WindowSpan {
  readonly beganAt: number;
  /** When it ends, or ended; not itself within. */
  readonly endsAt: number;
}

/** The window that is on at an instant; where several are, from the first that began to the last that ends. */
export function windowAt(_expectation: Expectation, _ms: number): WindowSpan | undefined {
  throw new Error('not yet');
}

/** The window that ended last, at that instant or before; undefined if none has in the last two years. */
export function lastWindow(_expectation: Expectation, _ms: number): WindowSpan | undefined {
  throw new Error('not yet');
}
