/** The watch's judgement: one pure function, and what it is made of. Nothing here reads a clock. */
import type { Expectation } from './expectation.ts';
import type { Heard, RollEvent, SourceState, Standing } from './state.ts';

/** The circumstances of a judgement. */
export interface Circumstances {
  /** Until when everything that was said has been heard: never later than what was read less the deadline of a request and the skew of clocks. */
  readonly judgedAt: number;
  /** When records came again after nobody's had: everyone has min(period, 10 min) + grace from then. */
  readonly restoredAt?: number | undefined;
  /** Names the tick in the events. */
  readonly tick: string;
}

/** A change of a source that should be stored, if its version is still the one before. */
export interface Decision {
  /** The version is one more; the events are in its outbox. */
  readonly state: SourceState;
  /** What this decision added to the outbox. */
  readonly events: readonly RollEvent[];
  /**
   * It rests on something that was not heard. Ask the index for the source's newest answer, fold that, and judge
   * again: store what comes then, if anything.
   */
  readonly confirm: boolean;
}

/** A source that enters the roll by itself, because it was heard: nothing is expected of it. */
export function enter(_source: string, _heard: Heard, _at: number): SourceState {
  throw new Error('not yet');
}

/**
 * What changes of a source.
 *
 * @param expectation `expectationOf(state.expectation)`; undefined if nothing is expected, when only its last contact is
 *   noted, once an hour
 * @param heard all that was heard of it; it may reach beyond `judgedAt`
 * @returns undefined when nothing changes
 */
export function judge(
  _expectation: Expectation | undefined,
  _state: SourceState,
  _heard: Heard | undefined,
  _circumstances: Circumstances,
): Decision | undefined {
  throw new Error('not yet');
}

/** When the next answer is due, before grace; undefined when none is (paused, unwatched, never heard). */
export function nextDue(
  _expectation: Expectation | undefined,
  _state: SourceState,
  _heard: (Pick<Heard, 'lastContact' | 'lastAnswer'> & Partial<Heard>) | undefined,
): number | undefined {
  throw new Error('not yet');
}

/** How a source stands at this moment: `late` from when it is due until the watch finds it down. */
export function standingNow(
  _expectation: Expectation | undefined,
  _state: SourceState,
  _heard: (Pick<Heard, 'lastContact' | 'lastAnswer'> & Partial<Heard>) | undefined,
  _now: number,
): Standing {
  throw new Error('not yet');
}
