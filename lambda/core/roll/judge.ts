/**
 * The watch's judgement: a pure function of what is expected of a source, how it stood and what was heard.
 * docs/adr/0023-how-the-roll-is-judged.md says why it judges so.
 */
import { type Draft, draft, end, open, settled, tell } from './draft.ts';
import { durationOf, type Expectation } from './expectation.ts';
import {
  answeredAt,
  brokenLimits,
  type Case,
  caseOf,
  dueOf,
  faultOf,
  keptSince,
  recoveryOf,
  wasHeard,
} from './faults.ts';
import { isInTime, passWindows } from './pauses.ts';
import type { Heard, RollEvent, SourceState, Standing } from './state.ts';
import { windowAt } from './windows.ts';

const MINUTE = 60_000;
const STEADY_AFTER = 30 * MINUTE;
/** How old the last contact of a source of which nothing is expected may become: each note of it is a write. */
const CONTACT_NOTED_EVERY = 60 * MINUTE;

/** The circumstances of a judgement. */
export interface Circumstances {
  /** Until when all was heard: what was read, less the deadline of a request and the skew of clocks. */
  readonly judgedAt: number;
  /** When records came again after nobody's had: everyone has min(period, 10 min) + grace from then. */
  readonly restoredAt?: number | undefined;
  /** Names the tick in the events. */
  readonly tick: string;
}

/** A change of a source, to be stored if its version is still the one before. */
export interface Decision {
  /** The version is one more; the events are in its outbox. */
  readonly state: SourceState;
  /** What this decision added to the outbox. */
  readonly events: readonly RollEvent[];
  /**
   * It rests on something that was not heard. Ask the index for the source's newest records, fold those, and judge again:
   * store what comes then, if anything.
   */
  readonly confirm: boolean;
}

/** A source that enters the roll by itself, because it was heard: nothing is expected of it. */
export function enter(source: string, heard: Heard, at: number): SourceState {
  const since = heard.lastContact ?? at;
  return { source, version: 1, standing: 'unwatched', since, lastContact: since };
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
  expectation: Expectation | undefined,
  state: SourceState,
  heard: Heard | undefined,
  { judgedAt, restoredAt, tick }: Circumstances,
): Decision | undefined {
  const change = draft(state, judgedAt, tick);
  let one: Case | undefined;
  /** The case as it is now: mostly nothing changes, and windows take a while to find. */
  const now = (): Case | undefined => {
    if (expectation && one?.state !== change.state)
      one = caseOf(expectation, change.state, heard, judgedAt, restoredAt);
    return one;
  };
  const first = now();
  if (!expectation || !first) noteContact(change, heard);
  else {
    passWindows(change, expectation, answeredAt(first));
    for (const step of [beginToAnswer, recover, fail, keepLimits, breakLimits]) {
      const present = now();
      if (present && change.state.standing !== 'paused') step(change, present);
    }
    if (change.state.standing !== 'paused') tellOfTime(change, expectation);
    const last = now();
    if (last && change.state !== state) change.state = { ...change.state, lastContact: answeredAt(last) };
  }
  const next = settled(change);
  const confirm = change.events.some(({ kind, outage: { reason } }) => {
    return (kind === 'opened' || kind === 'reopened') && (reason === 'silent' || reason === 'overdue');
  });
  return next && { state: next, events: change.events, confirm };
}

/** When the next answer is due, before grace; undefined when none is: it is paused, or was never heard, or nothing is expected. */
export function nextDue(
  expectation: Expectation | undefined,
  state: SourceState,
  heard: Partial<Heard> | undefined,
  now: number,
): number | undefined {
  if (!expectation || state.standing === 'paused' || state.standing === 'unwatched') return undefined;
  const one = caseOf(expectation, state, heard, now);
  return wasHeard(one) ? dueOf(one) : undefined;
}

/** How a source stands at this moment: `late` from when it is due until the watch finds it down. */
export function standingNow(
  expectation: Expectation | undefined,
  state: SourceState,
  heard: Partial<Heard> | undefined,
  now: number,
): Standing {
  const { standing } = state;
  if (!expectation || (standing !== 'up' && standing !== 'affected') || windowAt(expectation, now)) return standing;
  const due = nextDue(expectation, state, heard, now);
  return due !== undefined && due <= now ? 'late' : standing;
}

function noteContact(change: Draft, { lastContact }: Partial<Heard> = {}): void {
  const noted = change.state.lastContact ?? Number.NEGATIVE_INFINITY;
  if (lastContact === undefined || lastContact < noted + CONTACT_NOTED_EVERY) return;
  change.state = { ...change.state, lastContact };
}

/**
 * From waiting to up. What was said before it was expected is enough if no answer was due since. The first contact ever is as
 * good as an answer, though it may be a start: a period begins with it.
 */
function beginToAnswer(change: Draft, one: Case): void {
  const { expectation, heard, judgedAt, forgivenTo } = one;
  if (change.state.standing !== 'waiting') return;
  const contact = heard.lastContact ?? Number.NEGATIVE_INFINITY;
  if (contact >= forgivenTo) {
    const lastContact = answeredAt(one) ?? contact;
    change.state = { ...change.state, standing: 'up', since: contact, lastContact };
  } else if (isInTime(expectation, answeredAt(one), judgedAt)) {
    change.state = { ...change.state, standing: 'up' };
  }
}

function recover(change: Draft, one: Case): void {
  if (change.state.standing !== 'down') return;
  const recovery = recoveryOf(one);
  if (recovery && !faultOf(one, recovery)) goUp(change, recovery.since);
}

function fail(change: Draft, one: Case): void {
  if (change.state.standing === 'down') return;
  const fault = faultOf(one, recoveryOf(one));
  if (!fault) return;
  const { reason, startedAt } = fault;
  end(change, startedAt, 'worse');
  open(change, fault, reason === 'failed' ? undefined : one.heard.answers?.good.at(-1));
}

function keepLimits(change: Draft, one: Case): void {
  if (change.state.standing !== 'affected' || brokenLimits(one)) return;
  const since = keptSince(one);
  if (since !== undefined) goUp(change, since);
  else {
    end(change, change.at, 'removal');
    change.state = { ...change.state, standing: 'up', since: change.at };
  }
}

function breakLimits(change: Draft, one: Case): void {
  const fault = change.state.standing === 'up' ? brokenLimits(one) : undefined;
  if (fault) open(change, fault);
}

function goUp(change: Draft, since: number): void {
  end(change, since, 'answer');
  change.state = { ...change.state, standing: 'up', since };
}

/** What is told because time has passed. */
function tellOfTime(change: Draft, { remind }: Expectation): void {
  const { standing, outage, flappingSince, changes } = change.state;
  if (flappingSince !== undefined) {
    if (change.at - (changes?.at(-1) ?? flappingSince) < STEADY_AFTER) return;
    change.state = { ...change.state, flappingSince: undefined, changes: undefined };
    tell(change, 'steady', true);
  } else if (remind !== undefined && standing === 'down' && outage && outage.acknowledgedAt === undefined) {
    if ((outage.toldAt ?? outage.startedAt) + durationOf(remind) <= change.at) tell(change, 'reminded', true);
  }
}
