/** What is wrong with a source, by what was heard of it and what was not. */
import type { Fault } from './draft.ts';
import { durationOf, type Expectation } from './expectation.ts';
import { readingsUnder } from './heard.ts';
import { latest } from './instants.ts';
import { startingPoints } from './pauses.ts';
import { dueAt, nextAfter } from './schedule.ts';
import type { Heard, SourceState, Streak } from './state.ts';
import { isBadLast, reached } from './streaks.ts';

const LONG_AGO = Number.NEGATIVE_INFINITY;
const MOST_AFTER_RESTORING = 10 * 60_000;

/** What is known of a source when it is judged. */
export interface Case {
  readonly expectation: Expectation;
  readonly state: SourceState;
  readonly heard: Partial<Heard>;
  readonly judgedAt: number;
  readonly restoredAt: number;
  /** See startingPoints. */
  readonly baseline: number | undefined;
  readonly forgivenTo: number;
}

/** A case, with what follows from the maintenance windows. */
export function caseOf(
  expectation: Expectation,
  state: SourceState,
  heard: Partial<Heard> = {},
  judgedAt: number,
  restoredAt = LONG_AGO,
): Case {
  return { expectation, state, heard, judgedAt, restoredAt, ...startingPoints(expectation, state, judgedAt) };
}

/**
 * The last time that it did what is expected: an answer; or, where runs have a longest time, the beginning of one, because
 * then it is noticed when that does not end.
 */
export function answeredAt({ expectation, state, heard }: Case): number | undefined {
  return latest(expectation.maxRun === undefined ? heard.lastAnswer : heard.lastContact, state.lastContact);
}

/** Whether anything was ever heard of it. */
export function wasHeard({ state, heard }: Case): boolean {
  return latest(heard.lastContact, state.lastContact) !== undefined;
}

/** When it is due, before grace. While the run that it began last is at work, that is when the run must have ended. */
export function dueOf(one: Case): number | undefined {
  const { expectation, heard, baseline } = one;
  const due = dueAt(expectation, { lastContact: answeredAt(one), baseline });
  const begun = Math.max(...Object.values(heard.runs ?? {}));
  if (due === undefined || expectation.maxRun === undefined || begun < (heard.lastAnswer ?? LONG_AGO)) return due;
  return Math.max(due, Math.max(begun, baseline ?? begun) + durationOf(expectation.maxRun));
}

/** The reason why it is down, if it is; nothing that was before the last recovery counts. */
export function faultOf(one: Case, recovery: Streak | undefined): Fault | undefined {
  return failure(one) ?? overdueRun(one, recovery) ?? silence(one);
}

/** The last time that so many successes came in a row as end an outage; for one that is open, after it began. */
export function recoveryOf({ expectation, state, heard }: Case): Streak | undefined {
  const { before } = state;
  const { good } = heard.answers ?? {};
  const streak = reached(good, expectation.recoveries);
  if (state.standing !== 'down' || !streak) return streak;
  if (streak.since === before?.since && streak.count - before.count < expectation.recoveries) return undefined;
  if (streak.at <= state.since) return undefined;
  return streak.since > state.since ? streak : { ...streak, since: streak.at };
}

/** The limits that are broken, for people, since the first of them was. */
export function brokenLimits({ expectation, state, heard, forgivenTo }: Case): Fault | undefined {
  const from = Math.max(forgivenTo, endOf(state, 'limit'));
  const broken = Object.entries(expectation.limits).flatMap(([name, limit]) => {
    const readings = readingsUnder(heard.values?.[name], limit);
    const streak = isBadLast(readings, limit.of, expectation.recoveries);
    if (!readings || !streak || streak.at <= from) return [];
    const isLow = limit.min !== undefined && readings.value < limit.min;
    const allowed = isLow || limit.max === undefined ? `at least ${limit.min}` : `at most ${limit.max}`;
    return [{ startedAt: Math.max(streak.since, from), detail: `${name} = ${readings.value}, ${allowed}` }];
  });
  if (broken.length === 0) return undefined;
  const startedAt = Math.min(...broken.map((fault) => fault.startedAt));
  return { reason: 'limit', startedAt, detail: broken.map(({ detail }) => detail).join('; ') };
}

/** Since when all values have kept their limits; undefined if none has said so since the outage began. */
export function keptSince({ expectation, state, heard }: Case): number | undefined {
  const began = state.since;
  const kept = Object.entries(expectation.limits).flatMap(([name, limit]) => {
    const streak = reached(readingsUnder(heard.values?.[name], limit)?.good, expectation.recoveries);
    return streak && streak.at > began ? [streak.since > began ? streak.since : streak.at] : [];
  });
  return kept.length > 0 ? Math.max(...kept) : undefined;
}

function failure({ expectation, state, heard, forgivenTo }: Case): Fault | undefined {
  const streak = isBadLast(heard.answers, expectation.failures, expectation.recoveries);
  const from = Math.max(forgivenTo, endOf(state, 'down'));
  if (!streak || streak.at <= from) return undefined;
  return { reason: 'failed', startedAt: Math.max(streak.since, from), detail: heard.detail };
}

/** A run is given up by the successes that come after it should have ended: those of others, too. */
function overdueRun(one: Case, recovery: Streak | undefined): Fault | undefined {
  const { expectation, heard, judgedAt, restoredAt, baseline = LONG_AGO } = one;
  const judgedFrom = restoredAt + MOST_AFTER_RESTORING + durationOf(expectation.grace);
  if (expectation.maxRun === undefined || judgedAt < judgedFrom) return undefined;
  const longest = durationOf(expectation.maxRun);
  const ends = Object.values(heard.runs ?? {}).map((begun) => Math.max(begun, baseline) + longest);
  const passed = ends.filter((at) => at <= judgedAt && at > (recovery?.at ?? LONG_AGO));
  return passed.length > 0 ? { reason: 'overdue', startedAt: Math.min(...passed) } : undefined;
}

function silence(one: Case): Fault | undefined {
  const { expectation, judgedAt, restoredAt } = one;
  const due = dueOf(one);
  if (due === undefined || due > judgedAt || !wasHeard(one)) return undefined;
  const period = Math.min(nextAfter(expectation, due) - due, MOST_AFTER_RESTORING);
  const from = Math.max(due, restoredAt + period);
  return from + durationOf(expectation.grace) <= judgedAt ? { reason: 'silent', startedAt: due } : undefined;
}

/** When the last outage of a kind was over, by an answer: what was before it is no reason for another. */
function endOf({ lastOutage }: SourceState, kind: 'down' | 'limit'): number {
  const isOfKind = (lastOutage?.reason === 'limit') === (kind === 'limit');
  return lastOutage?.endedBy === 'answer' && isOfKind ? lastOutage.endedAt : LONG_AGO;
}
