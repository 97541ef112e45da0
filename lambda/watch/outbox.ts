/** What is told, and written into the history: each event of an outbox, before it leaves it. */

import type { RollEvent, SourceState } from '../core/roll/state.ts';
import type { RollStore } from '../core/roll/store.ts';
import { inTurns } from './in-turns.ts';

/** When events are told. */
export interface Moment {
  /** In milliseconds since the Unix epoch. */
  readonly now: number;
  /** How long the watch was away before, in milliseconds. @default - it was not */
  readonly away?: number | undefined;
}

/**
 * Makes notices of events. It may be called again with the same, or some of them.
 *
 * @param states the sources that they are of, by name, with their last contacts
 * @returns the ids of those that are done with; the others stay in their outboxes, for a later tick. @default - all are
 */
export type Compose = (
  events: readonly RollEvent[],
  states: ReadonlyMap<string, SourceState>,
  moment: Moment,
) => Promise<ReadonlySet<string> | undefined>;

export interface OutboxOptions {
  readonly store: RollStore;
  readonly compose: Compose;
  readonly moment: Moment;
  /** When a source was heard last. */
  readonly lastContactOf: (state: SourceState) => number | undefined;
  /** Sums up what came before an outage that has opened. May be called again for the same. */
  readonly sumUp: (event: RollEvent) => Promise<void>;
}

/** How many sources are written at the same time. */
export const WRITES_AT_ONCE = 16;

/**
 * Empties the outboxes. Whoever is killed on the way leaves what is left to the next: the history has each event once,
 * however often it is written, and an event has the same id however often it is told.
 *
 * @returns the ids of the events that wait: for the pace of a channel
 */
export async function emptyOutboxes(
  states: readonly SourceState[],
  options: OutboxOptions,
): Promise<ReadonlySet<string>> {
  const { store, compose, sumUp, moment, lastContactOf } = options;
  const events = states.flatMap(({ outbox = {} }) => Object.values(outbox)).sort((a, b) => a.at - b.at);
  const byOutage = Map.groupBy(events, ({ outage }) => outage.id);
  await inTurns(byOutage.values(), WRITES_AT_ONCE, async (some) => {
    // In the order in which they came about.
    for (const event of some) {
      await store.recordEvent(event);
      if (event.kind === 'opened' || event.kind === 'reopened') await sumUp(event);
    }
  });
  const told = events.filter((event) => event.told);
  const bySource = new Map(
    states.map((state) => [state.source, { ...state, lastContact: lastContactOf(state) }] as const),
  );
  const done = told.length > 0 ? await compose(told, bySource, moment) : undefined;
  const waits = new Set(done === undefined ? [] : told.map(({ id }) => id).filter((id) => !done.has(id)));
  await inTurns(states, WRITES_AT_ONCE, async (state) => {
    const left = Object.entries(state.outbox ?? {}).filter(([id]) => waits.has(id));
    if (left.length === Object.keys(state.outbox ?? {}).length) return;
    const outbox = left.length > 0 ? Object.fromEntries(left) : undefined;
    // If somebody has changed the source meanwhile, the next tick sees to what is left.
    await store.putState({ ...state, version: state.version + 1, outbox }, state.version);
  });
  return waits;
}
