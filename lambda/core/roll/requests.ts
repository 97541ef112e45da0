/**
 * What people change of a source: each function gives the state to store if the version is still the one before, or
 * undefined when nothing changes. Events that follow are in its outbox.
 */
import type { Expectation } from './expectation.ts';
import type { SourceState } from './state.ts';

export interface Asked {
  readonly at: number;
  /** Names the request in the events, as a tick does. */
  readonly tick: string;
}

/**
 * Expects something of a source, known or not. The same expectation changes nothing, and none ends a pause. After a change
 * of the schedule the next answer is due a period from now at the earliest.
 */
export function expect(
  _state: SourceState | undefined,
  _source: string,
  _expectation: Expectation,
  _now: number,
): SourceState | undefined {
  throw new Error('not yet');
}

/** Expects nothing any more: an open outage ends as `removal`, and nobody is told. */
export function unexpect(_state: SourceState | undefined, _asked: Asked): SourceState | undefined {
  throw new Error('not yet');
}

/** Pauses until it is resumed: an open outage ends as `pause`, and nobody is told. Undefined also if nothing is expected. */
export function pause(_state: SourceState | undefined, _asked: Asked): SourceState | undefined {
  throw new Error('not yet');
}

/** Ends a pause that was asked for: it is up, or waiting, if it should have answered meanwhile; it has a period from now on. */
export function resume(_state: SourceState | undefined, _asked: Asked): SourceState | undefined {
  throw new Error('not yet');
}

/** Acknowledges the open outage, with this id if one is given: nobody is reminded of it. The first one counts. */
export function acknowledge(
  _state: SourceState | undefined,
  _by: { readonly at: number; readonly by?: string | undefined; readonly outage?: string | undefined },
): SourceState | undefined {
  throw new Error('not yet');
}
