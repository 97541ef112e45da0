/**
 * What people change of a source. Each function gives the state to store if the version is still the one before, with the
 * events in its outbox; or undefined when nothing changes.
 */
import { draft, end, settled, withoutUndefined } from './draft.ts';
import { type Expectation, expectationOf } from './expectation.ts';
import { isInTime, pauseFrom, resumeFrom } from './pauses.ts';
import type { SourceState } from './state.ts';

/** The circumstances of a request. */
export interface Asked {
  readonly at: number;
  /** Names the request in the events, as a tick does. */
  readonly tick: string;
}

/** What says when an answer is due, or a run overdue. */
const SCHEDULE = ['every', 'cron', 'tz', 'grace', 'early', 'maxRun', 'windows'] as const;

/**
 * Expects something of a source, known or not; checkSchedule has found nothing wrong with it. The same expectation changes
 * nothing, and none ends a pause. After a change of the schedule the next answer is due a period from now at the earliest.
 */
export function expect(
  state: SourceState | undefined,
  source: string,
  expectation: Expectation,
  now: number,
): SourceState | undefined {
  const text = JSON.stringify(expectation);
  const before = expectationOf(state?.expectation);
  const version = (state?.version ?? 0) + 1;
  if (!state || !before) {
    const standing = isInTime(expectation, state?.lastContact, now) ? 'up' : 'waiting';
    const since = { since: now, baseline: now, forgivenTo: now };
    return withoutUndefined({ ...state, source, version, standing, ...since, expectation: text });
  }
  if (JSON.stringify(before) === text) return undefined;
  const isChanged = (field: keyof Expectation) => JSON.stringify(before[field]) !== JSON.stringify(expectation[field]);
  const baseline = SCHEDULE.some(isChanged) ? now : state.baseline;
  const windowsSince = isChanged('windows') ? now : state.windowsSince;
  return withoutUndefined({ ...state, version, expectation: text, baseline, windowsSince });
}

/** Expects nothing any more: an open outage ends as `removal`, and nobody is told. */
export function unexpect(state: SourceState | undefined, { at, tick }: Asked): SourceState | undefined {
  if (!state || state.standing === 'unwatched') return undefined;
  const change = draft(state, at, tick);
  end(change, at, 'removal');
  const { source, version, lastContact, lastOutage, outbox } = change.state;
  change.state = { source, version, standing: 'unwatched', since: at, lastContact, lastOutage, outbox };
  return settled(change);
}

/** Pauses until it is resumed: an open outage ends as `pause`, and nobody is told. Undefined also if nothing is expected. */
export function pause(state: SourceState | undefined, { at, tick }: Asked): SourceState | undefined {
  if (!state || state.standing === 'unwatched' || state.pausedBy === 'request') return undefined;
  const change = draft(state, at, tick);
  pauseFrom(change, at, 'request');
  return settled(change);
}

/** Ends a pause that was asked for: it is up, or waiting if it should have answered meanwhile, and has a period from now on. */
export function resume(state: SourceState | undefined, { at, tick }: Asked): SourceState | undefined {
  const expectation = expectationOf(state?.expectation);
  if (!state || !expectation || state.pausedBy !== 'request') return undefined;
  const change = draft(state, at, tick);
  resumeFrom(change, expectation, at, state.lastContact);
  return settled(change);
}

/** Acknowledges the open outage, with this id if one is given: nobody is reminded of it. The first one counts. */
export function acknowledge(
  state: SourceState | undefined,
  {
    at,
    by,
    outage: id,
  }: { readonly at: number; readonly by?: string | undefined; readonly outage?: string | undefined },
): SourceState | undefined {
  const outage = state?.outage;
  if (!state || !outage || outage.acknowledgedAt !== undefined || (id !== undefined && id !== outage.id))
    return undefined;
  const acknowledgedBy = by === undefined ? {} : { acknowledgedBy: by };
  return { ...state, version: state.version + 1, outage: { ...outage, acknowledgedAt: at, ...acknowledgedBy } };
}
