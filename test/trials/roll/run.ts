/** Histories, judged by the watch's judgement and by a slow and obvious watch; what differs, and what must never be. */
import { fold } from '../../../lambda/core/roll/heard.ts';
import { judge } from '../../../lambda/core/roll/judge.ts';
import { acknowledge, expect, pause, resume } from '../../../lambda/core/roll/requests.ts';
import type { Heard, RollEvent, SourceState } from '../../../lambda/core/roll/state.ts';
import { expectationOfRules, type History, historyOf } from './history.ts';
import { SlowWatch } from './slow-watch.ts';

const MINUTE = 60_000;

export interface Outcome {
  readonly violations: readonly string[];
  readonly events: readonly RollEvent[];
  readonly state: SourceState;
  /** As it is compared. */
  readonly stands: string;
}

/** Goes through the histories of seeds; those that went wrong, and how often each kind of event was. */
export function judgeHistories(first: number, count: number, onEach: (done: number) => void = () => {}) {
  const failed: { readonly seed: number; readonly violations: readonly string[] }[] = [];
  const kinds: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed++) {
    const { violations, events } = judgeHistory(historyOf(seed));
    if (violations.length > 0) failed.push({ seed, violations });
    for (const { kind, outage } of events) {
      const name = `${kind} ${outage.endedBy === 'answer' || !outage.endedBy ? outage.reason : outage.endedBy}`;
      kinds[name] = (kinds[name] ?? 0) + 1;
    }
    onEach(seed + 1 - first);
  }
  return { histories: count, failed, kinds };
}

/** Goes through a history, and judges at those of its ticks that are chosen. */
export function judgeHistory(
  { start, rules, steps }: History,
  isTick: (index: number) => boolean = () => true,
): Outcome {
  const violations: string[] = [];
  const events: RollEvent[] = [];
  let expectation = expectationOfRules(rules);
  let current = expect(undefined, 'source', expectation, start);
  if (!current) throw new Error('nothing is expected');
  let heard: Heard | undefined;
  const slow = new SlowWatch({ ...rules }, start);

  const store = (next: SourceState | undefined, at: string) => {
    if (!next || !current) return;
    if (next.version !== current.version + 1)
      violations.push(`${at}: version ${next.version} after ${current.version}`);
    events.push(...Object.values(next.outbox ?? {}).filter(({ id }) => !(id in (current?.outbox ?? {}))));
    current = next;
  };

  for (const [index, step] of steps.entries()) {
    const { kind, at } = step;
    const where = `step ${index} (${kind}, ${new Date(at).toISOString()})`;
    if (kind === 'says') {
      heard = fold(heard, step.record, expectation.limits);
      slow.hears(step.saying);
    } else if (kind === 'pause') {
      const next = pause(current, { at, tick: where });
      if (next) slow.pauses(at);
      store(next, where);
    } else if (kind === 'resume') {
      store(resume(current, { at, tick: where }), where);
      slow.resumes(at);
    } else if (kind === 'acknowledge') store(acknowledge(current, { at, by: 'somebody' }), where);
    else if (kind === 'put') {
      slow.reschedules(at, step.period);
      expectation = expectationOfRules({ ...rules, period: step.period });
      store(expect(current, 'source', expectation, at), where);
      if (expect(current, 'source', expectation, at + 1)) violations.push(`${where}: the same PUT changes something`);
    } else if (isTick(index)) {
      const circumstances = { judgedAt: at, tick: where };
      const decision = judge(expectation, current, heard, circumstances);
      store(decision?.state, where);
      slow.judges(at);
      if (judge(expectation, current, heard, circumstances))
        violations.push(`${where}: judged twice, it changes again`);
      violations.push(...differences(current, heard, slow).map((text) => `${where}: ${text}`));
    }
  }
  return {
    violations: [...violations, ...wrongOrder(events)],
    events,
    state: current,
    stands: standsAs(current, heard),
  };
}

/** As it is compared: whether it waits or is up is the same, once it was heard. */
function standsAs({ standing }: SourceState, heard: Heard | undefined): string {
  return standing === 'waiting' && heard?.lastContact !== undefined ? 'up' : standing;
}

function differences(state: SourceState, heard: Heard | undefined, slow: SlowWatch): string[] {
  const stands = standsAs(state, heard);
  if (stands !== slow.stands) return [`is ${stands}, should be ${slow.stands}`];
  if (stands !== 'down')
    return (state.outage !== undefined) === (stands === 'affected') ? [] : [`${stands} with an outage`];
  const { outage, since } = state;
  if (outage?.reason !== slow.reason) return [`is ${outage?.reason}, should be ${slow.reason}`];
  // No outage begins before the last one is over.
  const due = Math.max(slow.due, state.lastOutage?.endedAt ?? slow.due);
  return outage.reason === 'silent' && since !== due ? [`was due at ${since}, should have been at ${due}`] : [];
}

/** Each outage is opened once, then ended once, and none begins before the last is over; of what flaps little is told. */
function wrongOrder(events: readonly RollEvent[]): string[] {
  const wrong: string[] = [];
  const ids = new Set<string>();
  const opened = new Set<string>();
  let isOpen: string | undefined;
  let over = 0;
  let toldInHour: number[] = [];
  for (const { id, kind, outage, at, told } of events) {
    if (ids.has(id)) wrong.push(`${id} is there twice`);
    ids.add(id);
    if (kind === 'opened' || kind === 'reopened') {
      if (isOpen) wrong.push(`${kind} while ${isOpen} is open`);
      if (opened.has(outage.id) !== (kind === 'reopened')) wrong.push(`${outage.id} is ${kind}`);
      if (kind === 'opened' && outage.startedAt < over) wrong.push(`${outage.id} began before the last one was over`);
      opened.add(outage.id);
      isOpen = outage.id;
    } else if (kind === 'resolved') {
      if (isOpen !== outage.id) wrong.push(`${outage.id} ends, but ${isOpen} is open`);
      if ((outage.endedAt ?? 0) <= outage.startedAt) wrong.push(`${outage.id} ended before it began`);
      isOpen = undefined;
      over = outage.endedAt ?? 0;
    } else if (kind === 'reminded' && (isOpen !== outage.id || outage.acknowledgedAt !== undefined)) {
      wrong.push(`${outage.id} is reminded of`);
    }
    if (told && kind !== 'reminded') toldInHour = [...toldInHour.filter((one) => at - one < 60 * MINUTE), at];
    if (toldInHour.length > 15) wrong.push(`${toldInHour.length} notices in an hour until ${at}`);
  }
  return wrong;
}
