/** The judgement of all sources, as one tick hears them. */
import { durationOf } from '../core/roll/expectation.ts';
import { ROLLCALL } from '../core/roll/items.ts';
import { type Circumstances, type Decision, judge, standingNow } from '../core/roll/judge.ts';
import type { SourceState, Standing } from '../core/roll/state.ts';
import { type Hearing, heardOf } from './hearing.ts';
import type { Roll } from './roll.ts';

/** What was decided of a source. */
export interface Verdict extends Decision {
  /** The state on which it was decided. */
  readonly before: SourceState;
}

export interface Bench {
  readonly roll: Roll;
  readonly circumstances: Circumstances;
  /** Is told of a source that cannot be judged; the others are. */
  readonly onUnjudged: (source: string, error: unknown) => void;
}

/** The judgement of one source; undefined if nothing changes. */
export function judgeOne(before: SourceState, hearing: Hearing, bench: Bench): Verdict | undefined {
  const { roll, circumstances, onUnjudged } = bench;
  const { source, standing } = before;
  if (source === ROLLCALL) return undefined;
  const expectation = roll.expectationOf(before);
  // The checkpoint has the last contact of those of whom nothing is expected, and their item once they fall silent.
  if (expectation === undefined && standing === 'unwatched') return undefined;
  try {
    const { restoredAt } = hearing;
    const decision = judge(expectation, before, heardOf(hearing, roll, source), { ...circumstances, restoredAt });
    return decision && { ...decision, before };
  } catch (error) {
    onUnjudged(source, error);
    return undefined;
  }
}

/** From when on a source that is found silent was past its grace. */
export function deadlineOf({ state }: Verdict, roll: Roll): number {
  const { outage } = state;
  const grace = outage?.reason === 'silent' ? roll.expectationOf(state)?.grace : undefined;
  return (outage?.startedAt ?? 0) + durationOf(grace);
}

export function judgeAll(hearing: Hearing, bench: Bench): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const state of bench.roll.states.values()) {
    const verdict = judgeOne(state, hearing, bench);
    if (verdict !== undefined) verdicts.push(verdict);
  }
  return verdicts;
}

/** The most names that the report has of sources that are late. */
const MOST_LATE = 200;

/** How all sources stand: the numbers, and who is late. */
export function surveyOf(hearing: Hearing, roll: Roll, now: number) {
  const counts: Partial<Record<Standing, number>> = {};
  const late: string[] = [];
  for (const state of roll.states.values()) {
    const { source } = state;
    counts[state.standing] = (counts[state.standing] ?? 0) + 1;
    if (source === ROLLCALL) continue;
    if (standingNow(roll.expectationOf(state), state, heardOf(hearing, roll, source), now) === 'late')
      late.push(source);
  }
  return {
    counts: { ...counts, ...(late.length > 0 && { late: late.length }) },
    late: late.sort().slice(0, MOST_LATE),
  };
}
