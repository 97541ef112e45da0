/** What a simulation came to: what was told, held against what was true. */

import type { ListedOutage } from '../../../lambda/core/roll/outage-store.ts';
import type { RollEvent } from '../../../lambda/core/roll/state.ts';
import type { SimulationOptions } from './simulation.ts';
import type { Span, Truth, World } from './world.ts';

/** An event, and when it was told first. */
export interface Told {
  readonly event: RollEvent;
  readonly at: number;
}

export interface Report {
  readonly truths: number;
  readonly ticks: number;
  readonly kills: number;
  /** What should not have been, for people. */
  readonly false: readonly string[];
  readonly missed: readonly string[];
  readonly doubled: readonly string[];
  readonly wrong: readonly string[];
  /** From the deadline until it was told, where the watch ran all the time, in order: milliseconds. */
  readonly latencies: readonly number[];
  /** The same where ticks were killed meanwhile, less a minute for each of them but the first. */
  readonly killedLatencies: readonly number[];
  /** From when the answer could be read until the end was told. */
  readonly recoveries: readonly number[];
  /** The groups in which was told what happened during the absence, and the outages of ingestion. */
  readonly groupsAfterAbsence: number;
  readonly toldAfterAbsence: number;
  readonly ingestion: readonly string[];
}

/** So soon after it was noticed at the latest, whatever is killed. */
const SURELY_MS = 200_000;

interface Material {
  readonly options: SimulationOptions;
  readonly world: World;
  readonly told: readonly Told[];
  readonly history: readonly ListedOutage[];
  readonly kills: readonly number[];
  readonly ticks: number;
}

export function report({ options, world, told, history, kills, ticks }: Material): Report {
  const { watchOff, ingestionOff, start, hours } = options;
  const end = start + hours * 3_600_000;
  const nameOf = (source: string, at: number) => `${source} ${new Date(at).toISOString()}`;
  const keyOf = ({ source, startedAt }: { source: string; startedAt: number }) => nameOf(source, startedAt);
  const opened = told.filter(({ event }) => event.kind === 'opened' || event.kind === 'reopened');
  const own = opened.filter(({ event }) => event.source !== 'rollcall');
  const truths = new Map(world.truths.map((truth) => [keyOf(truth), truth]));
  /** What an event is about: an outage that is open again began when it did first. */
  const subjectOf = ({ kind, source, at, outage }: RollEvent) => {
    if (kind === 'opened') return keyOf({ source, startedAt: outage.startedAt });
    const truth = world.truths.findLast((one) => one.source === source && one.deadline <= at);
    return truth === undefined ? `reopened for nothing: ${nameOf(source, at)}` : keyOf(truth);
  };
  const starts = Map.groupBy(own, ({ event }) => subjectOf(event));
  const isAway = (from: number, to: number) =>
    [watchOff, ingestionOff].some((span: Span) => from < span.to + 900_000 && span.from - 900_000 < to);
  const killsIn = (from: number, to: number) => kills.filter((kill) => kill >= from - 5_000 && kill <= to).length;
  const isDisturbed = (from: number, to: number) => isAway(from, to) || killsIn(from, to) > 0;
  /** How long the watch, which was not away, has seen it. */
  const seenFor = ({ deadline, endVisibleAt }: Truth) => {
    const to = Math.min(endVisibleAt, end);
    const away = Math.max(0, Math.min(to, watchOff.to) - Math.max(deadline, watchOff.from));
    return to - deadline - away;
  };
  const wrong: string[] = [];
  const latencies: number[] = [];
  const killedLatencies: number[] = [];
  const recoveries: number[] = [];
  for (const [name, [first]] of starts) {
    const truth = truths.get(name);
    if (truth === undefined || first === undefined) continue;
    const latency = first.at - truth.deadline;
    const killed = killsIn(truth.deadline, first.at);
    if (!isAway(truth.deadline, first.at)) {
      if (killed === 0) latencies.push(latency);
      else killedLatencies.push(latency - (killed - 1) * 60_000);
    }
    const resolved = told.find(
      ({ event }) =>
        event.kind === 'resolved' && event.outage.id === first.event.outage.id && event.at >= first.event.at,
    );
    if (truth.endedAt === undefined || truth.endVisibleAt > end - SURELY_MS) continue;
    if (resolved === undefined) wrong.push(`never resolved: ${name}`);
    else {
      const { endedAt = 0 } = resolved.event.outage;
      if (endedAt !== truth.endedAt) wrong.push(`ended at ${endedAt}, not ${truth.endedAt}: ${name}`);
      if (!isDisturbed(truth.endVisibleAt, resolved.at)) recoveries.push(resolved.at - truth.endVisibleAt);
    }
  }
  /** Whether people knew that a source was down already, from another silence: it answered while nobody watched. */
  const wasKnown = ({ source, deadline }: Truth) =>
    own.some(({ event, at }) => {
      const id = event.outage.id;
      const end = told.find((one) => one.event.kind === 'resolved' && one.event.outage.id === id && one.at > at);
      return event.source === source && at <= deadline && (end?.at ?? deadline) >= deadline;
    });
  const ids = new Set(history.map(({ id }) => id));
  for (const { event } of opened) if (!ids.has(event.outage.id)) wrong.push(`not in the history: ${event.id}`);
  const afterAbsence = own.filter(({ event }) => {
    const truth = truths.get(subjectOf(event));
    return truth !== undefined && truth.deadline >= watchOff.from && truth.deadline < watchOff.to - 15_000;
  });
  return {
    truths: truths.size,
    ticks,
    kills: kills.length,
    false: [...starts.keys()].filter((name) => !truths.has(name)),
    missed: [...truths]
      .filter(([name, truth]) => !starts.has(name) && seenFor(truth) > SURELY_MS && !wasKnown(truth))
      .map(([name]) => name),
    doubled: [...starts].filter(([, some]) => some.length > 1).map(([name]) => name),
    wrong,
    latencies: latencies.sort((a, b) => a - b),
    killedLatencies: killedLatencies.sort((a, b) => a - b),
    recoveries: recoveries.sort((a, b) => a - b),
    groupsAfterAbsence: new Set(afterAbsence.map(({ event }) => event.tick)).size,
    toldAfterAbsence: afterAbsence.length,
    ingestion: told
      .filter(({ event }) => event.source === 'rollcall')
      .map(({ event }) => `${event.kind} ${new Date(event.at).toISOString()}`),
  };
}
