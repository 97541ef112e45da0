/**
 * The blind rule: when nothing at all comes in though several sources should have answered, it is not they who are silent,
 * but we who do not hear. Nobody is judged by silence then.
 */
import { durationOf } from '../core/roll/expectation.ts';
import { nextDue } from '../core/roll/judge.ts';
import { type Hearing, heardOf } from './hearing.ts';
import type { Roll } from './roll.ts';

/** How many sources must have been silent that should not: one or two may well be down together. */
export const LEAST_MISSING = 3;
/** Many jobs answer a little after they are due: only after this, or their grace, they are missed. */
const USUAL_DELAY_MS = 60_000;
/** The shortest silence in which anybody can be missed. */
export const LEAST_GAP_MS = USUAL_DELAY_MS;

/** Up to when each source that is up should have answered, if that lies in a stretch of time. */
function duesBetween(hearing: Hearing, roll: Roll, from: number, to: number, delayMs: number): number[] {
  const dues: number[] = [];
  for (const state of roll.states.values()) {
    if (state.standing !== 'up' && state.standing !== 'affected') continue;
    const expectation = roll.expectationOf(state);
    if (expectation === undefined) continue;
    const due = nextDue(expectation, state, heardOf(hearing, roll, state.source), to);
    if (due === undefined || due <= from) continue;
    const missedAt = due + Math.min(delayMs, durationOf(expectation.grace));
    if (missedAt <= to) dues.push(missedAt);
  }
  return dues.sort((a, b) => a - b);
}

/** When sources were missed in a silence, in order. */
export function missedBetween(hearing: Hearing, roll: Roll, from: number, to: number): number[] {
  return duesBetween(hearing, roll, from, to, USUAL_DELAY_MS);
}

export interface Quiet {
  /** Whether nobody may be judged by silence: nothing has come since several sources were due. */
  readonly isQuiet: boolean;
  /** Since when several are missed. @default - they are not */
  readonly blindSince: number | undefined;
  /** Whether one source, silent since this instant, is better judged a minute later. */
  readonly holds: (deadline: number) => boolean;
}

/**
 * So long a source that is past its grace may be held: two that are silent together may be the first of many. With a tick
 * each minute it is told 130 s after its grace at the latest.
 */
const HELD_MS = 50_000;

/** Whether nothing at all is heard, as of an instant until which everything would be known. */
export function quietAt(hearing: Hearing, roll: Roll, judgedAt: number): Quiet {
  const { newest } = hearing;
  if (newest === undefined || newest >= judgedAt) return { isQuiet: false, blindSince: undefined, holds: () => false };
  const silent = duesBetween(hearing, roll, newest, judgedAt, 0).length;
  const isQuiet = silent >= LEAST_MISSING;
  return {
    isQuiet,
    blindSince: isQuiet ? missedBetween(hearing, roll, newest, judgedAt)[LEAST_MISSING - 1] : undefined,
    holds: (deadline) => silent > 1 && deadline > newest && judgedAt - deadline < HELD_MS,
  };
}
