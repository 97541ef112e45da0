/** Pauses, by people or by maintenance windows, and what holds after one. */
import { type Draft, end } from './draft.ts';
import { durationOf, type Expectation } from './expectation.ts';
import { dueAt } from './schedule.ts';
import type { SourceState } from './state.ts';
import { lastWindow, windowAt } from './windows.ts';

/** Pauses; an open outage ends, and nobody is told. */
export function pauseFrom(change: Draft, since: number, pausedBy: 'request' | 'window'): void {
  end(change, since, 'pause');
  change.state = { ...change.state, standing: 'paused', since, pausedBy, flappingSince: undefined, changes: undefined };
}

/** Goes on: it has a period from then, and what was heard until then is not held against it. */
export function resumeFrom(change: Draft, expectation: Expectation, at: number, answered: number | undefined): void {
  const standing = isInTime(expectation, answered, at) ? 'up' : 'waiting';
  // It may be long ago that the window ended, and the schedule may have been changed since.
  const baseline = Math.max(change.state.baseline ?? at, at);
  change.state = { ...change.state, standing, since: at, pausedBy: undefined, baseline, forgivenTo: at };
}

/** Whether it has answered so lately that nothing more was expected of it by then. */
export function isInTime(expectation: Expectation, answered: number | undefined, at: number): boolean {
  const due = dueAt(expectation, { lastContact: answered });
  return due !== undefined && due + durationOf(expectation.grace) > at;
}

/** Begins and ends maintenance windows, those of which nobody has seen anything, too. */
export function passWindows(change: Draft, expectation: Expectation, answered: number | undefined): void {
  const { state, at } = change;
  if (state.pausedBy === 'request') return;
  const isPaused = state.pausedBy === 'window';
  const on = windowAt(expectation, at);
  if (on) {
    if (!isPaused) pauseFrom(change, Math.max(on.beganAt, windowsFrom(state)), 'window');
    return;
  }
  // Another watch whose clock is ahead has begun the window.
  if (isPaused && at < state.since) return;
  const last = endedWindow(expectation, state, at);
  if (isPaused) resumeFrom(change, expectation, last?.endsAt ?? at, answered);
  else if (last && state.outage && state.since < last.endsAt) {
    pauseFrom(change, last.beganAt, 'window');
    resumeFrom(change, expectation, last.endsAt, answered);
  }
}

/** From when on the next answer is expected, and from when on what is heard counts: from the end of a window on, seen or not. */
export function startingPoints(expectation: Expectation, state: SourceState, at: number) {
  const endsAt = endedWindow(expectation, state, at)?.endsAt ?? Number.NEGATIVE_INFINITY;
  const baseline = Math.max(state.baseline ?? Number.NEGATIVE_INFINITY, endsAt);
  return {
    baseline: Number.isFinite(baseline) ? baseline : undefined,
    forgivenTo: Math.max(state.forgivenTo ?? Number.NEGATIVE_INFINITY, endsAt),
  };
}

/** The window that ended last, unless what follows from it is in the state already. */
function endedWindow(expectation: Expectation, state: SourceState, at: number) {
  const last = lastWindow(expectation, at);
  return last && last.endsAt > windowsFrom(state) ? last : undefined;
}

function windowsFrom({ forgivenTo, windowsSince }: SourceState): number {
  return Math.max(forgivenTo ?? Number.NEGATIVE_INFINITY, windowsSince ?? Number.NEGATIVE_INFINITY);
}
