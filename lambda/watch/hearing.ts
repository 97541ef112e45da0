import type { Heard, SourceState } from '../core/roll/state.ts';
import type { Roll } from './roll.ts';

/** What was heard up to some record, and when there was nothing to hear. */
export interface Hearing {
  /** The last record of all. */
  readonly newest: number | undefined;
  /** When something came again after so long a silence that somebody should have broken it. */
  readonly restoredAt: number | undefined;
  /** What was heard of a source, as far as that is remembered. */
  readonly get: (source: string) => Heard | undefined;
}

/** What was heard of a source: what is remembered, or what its item says. */
export function heardOf(hearing: Hearing, roll: Roll, source: string): Heard | undefined {
  return hearing.get(source) ?? roll.states.get(source)?.parked;
}

/** Since when a source is down, if it is. */
export function downSince(state: SourceState | undefined): number | undefined {
  return state?.standing === 'down' ? state.since : undefined;
}
