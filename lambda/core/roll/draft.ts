/** A change of a source while it is decided: its next state, and what is to be told of it. */
import { eventId, outageId } from './outage-id.ts';
import type { End, OpenOutage, Reason, RollEvent, SourceState, Streak } from './state.ts';

const MINUTE = 60_000;
/** An outage that begins so shortly after the last one was over is that one. */
const REOPENED_WITHIN = 10 * MINUTE;
const FLAPPING_WITHIN = 60 * MINUTE;
const MOST_CHANGES = 6;

/** What speaks for an outage. */
export interface Fault {
  readonly reason: Reason;
  readonly startedAt: number;
  readonly detail?: string | undefined;
}

export interface Draft {
  readonly before: SourceState;
  state: SourceState;
  readonly events: RollEvent[];
  readonly at: number;
  readonly tick: string;
}

/** A draft of the change that follows a state. */
export function draft(before: SourceState, at: number, tick: string): Draft {
  return { before, state: before, events: [], at, tick };
}

/** Opens an outage, or the last one again. No other may be open. */
export function open(change: Draft, fault: Fault, before?: Pick<Streak, 'count' | 'since'>): void {
  const { source, lastOutage: last } = change.state;
  const since = Math.max(fault.startedAt, last?.endedAt ?? fault.startedAt);
  const { reason, detail } = fault;
  const isAgain =
    last?.endedBy === 'answer' &&
    (last.reason === 'limit') === (reason === 'limit') &&
    since - last.endedAt < REOPENED_WITHIN;
  const outage: OpenOutage = isAgain
    ? { id: last.id, startedAt: last.startedAt, reason, detail }
    : { id: outageId(source, since, reason), startedAt: since, reason, detail };
  const standing = reason === 'limit' ? 'affected' : 'down';
  change.state = { ...change.state, standing, since, outage, before };
  if (isAgain) change.state = { ...change.state, lastOutage: undefined };
  tellChange(change, isAgain ? 'reopened' : 'opened');
}

/** Ends the open outage, if there is one; the standing is the caller's to say. */
export function end(change: Draft, endedAt: number, endedBy: End): void {
  const { outage } = change.state;
  if (!outage) return;
  // Later than it began, so that what begins when it ends has an id of its own.
  const lastOutage = { ...outage, endedAt: Math.max(endedAt, outage.startedAt + 1), endedBy };
  change.state = { ...change.state, outage: undefined, before: undefined, lastOutage };
  if (endedBy === 'answer') tellChange(change, 'resolved');
  else tell(change, 'resolved', false);
}

/** Adds an event about the outage that is open, or else was last. */
export function tell(change: Draft, kind: RollEvent['kind'], told: boolean): void {
  const { source, outage: isOpen, lastOutage } = change.state;
  if (isOpen && told) change.state = { ...change.state, outage: { ...isOpen, toldAt: change.at } };
  const outage = change.state.outage ?? lastOutage;
  if (!outage) return;
  const id = eventId(outage.id, kind, change.before.version + 1);
  change.events.push({ id, kind, source, at: change.at, outage, told, tick: change.tick });
}

/** The state to store, with a version of its own and the events in its outbox; undefined if nothing has changed. */
export function settled({ before, state, events }: Draft): SourceState | undefined {
  if (state === before) return undefined;
  const outbox = {
    ...Object.fromEntries(waiting(before, events)),
    ...Object.fromEntries(events.map((e) => [e.id, e])),
  };
  const next = { ...state, version: before.version + 1, outbox: Object.keys(outbox).length > 0 ? outbox : undefined };
  return withoutUndefined(next);
}

/** A state without members that say nothing, as it is stored. */
export function withoutUndefined(state: SourceState): SourceState {
  const { source, version, standing, since, ...others } = state;
  const said = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { source, version, standing, since, ...said };
}

/** Tells a change, unless it flaps. */
function tellChange(change: Draft, kind: 'opened' | 'reopened' | 'resolved'): void {
  const { state, at } = change;
  const changes = [...(state.changes ?? []).filter((one) => at - one < FLAPPING_WITHIN), at];
  const begins = state.flappingSince === undefined && changes.length > MOST_CHANGES;
  change.state = { ...state, changes, flappingSince: begins ? at : state.flappingSince };
  const isKnown = kind !== 'resolved' || state.lastOutage?.toldAt !== undefined;
  tell(change, kind, isKnown && change.state.flappingSince === undefined);
  if (begins) tell(change, 'flapping', true);
}

/**
 * What is left in the outbox, which must not grow while nobody takes from it. What a later event of the same outage says,
 * too, is left out: what is for the history only, and reminders that nobody has got.
 */
function waiting({ outbox = {} }: SourceState, events: readonly RollEvent[]): [string, RollEvent][] {
  return Object.entries(outbox).filter(([, old]) => {
    const later = events.filter(({ outage }) => outage.id === old.outage.id);
    return old.told ? old.kind !== 'reminded' || later.every(({ kind }) => kind !== 'reminded') : later.length === 0;
  });
}
