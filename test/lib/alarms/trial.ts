/** Puts alarms to the test: do they tell when they must, and are they silent when they should be? */
import { FAILURES, type Failure } from './failures.ts';
import { READINGS, type Reading } from './reading.ts';
import type { Series } from './series.ts';
import { watch } from './simulate.ts';
import type { AnyAlarm } from './template.ts';
import { metricsOf, type World } from './world.ts';

/** Long enough to fill the longest window. */
const BEFORE = 8 * 60;
/** For how long a failure lasts beyond the moment at which it must be known, and what is watched after it. */
const BEYOND = 5;
const AFTER = 90;

/** The failures of an alarm; undefined when nobody has thought of any. */
export function failuresOf({ name }: AnyAlarm): readonly Failure[] | undefined {
  return FAILURES[name.replace(/^rollcall-[a-z]+-(api|edge)-/, '')];
}

/** The minutes within which an alarm promises to tell. A part promises what the alarm does of which it is a part. */
export function promiseOf(alarm: AnyAlarm, all: readonly AnyAlarm[]): number | undefined {
  const own = /Tells within (\d+) minutes\./.exec(alarm.description)?.[1];
  if (own !== undefined) return Number(own);
  const whole = all.find(
    (one) => one.kind === 'composite' && one.stack === alarm.stack && one.parts.includes(alarm.id),
  );
  return whole && promiseOf(whole, all);
}

/** What is wrong with how an alarm tells of its failures: nothing, or a line each. */
export function faultsOfTelling(alarm: AnyAlarm, all: readonly AnyAlarm[]): string[] {
  const promise = promiseOf(alarm, all);
  const failures = failuresOf(alarm);
  if (promise === undefined) return [`${alarm.name} does not say within how many minutes it tells`];
  if (failures === undefined) return [`${alarm.name} has no failure that it is tried with`];
  const involved = all.filter((one) => one === alarm || (alarm.kind === 'composite' && alarm.parts.includes(one.id)));
  return failures.flatMap((failure) => {
    const { world, end } = worldOf(failure, promise);
    const metrics = metricsOfFailure(failure, promise, world);
    return READINGS.flatMap((reading) => {
      const raised = watch(involved, metrics, world.requests.length, reading).get(alarm.name) ?? new Uint8Array();
      const at = raised.indexOf(1);
      const where = `${alarm.name}: ${failure.name} (${reading.name}):`;
      if (at === -1) return [`${where} it does not tell`];
      if (at < BEFORE) return [`${where} it tells before it happens`];
      if (at - BEFORE >= promise) return [`${where} it tells after ${at - BEFORE + 1} minutes, not ${promise}`];
      const isOver = raised[end + AFTER - 1] === 0;
      // A part with a window of hours goes on; it tells nobody.
      return isOver || alarm.actions.length === 0 ? [] : [`${where} it does not end`];
    });
  });
}

/** When, in minutes, an alarm tells though nothing is the matter: an alarm, the reading and the first minute each. */
export function falseAlarms(
  alarms: readonly AnyAlarm[],
  metrics: ReadonlyMap<string, Series>,
  minutes: number,
): string[] {
  return READINGS.flatMap((reading: Reading) => {
    const raised = watch(alarms, metrics, minutes, reading);
    return alarms.flatMap(({ name, actions }) => {
      const at = raised.get(name)?.indexOf(1) ?? -1;
      return actions.length === 0 || at === -1
        ? []
        : [`${name} (${reading.name}): day ${Math.floor(at / 1440)}, minute ${at % 1440}`];
    });
  });
}

function worldOf({ effect, requestsPerMinute = 300 }: Failure, promise: number): { world: World; end: number } {
  const end = BEFORE + promise + BEYOND;
  const requests = new Float64Array(end + AFTER).fill(requestsPerMinute);
  const effectsAt = (minute: number) => (minute >= BEFORE && minute < end ? [effect] : []);
  return { world: { requests, effectsAt }, end };
}

/** Stages fail alike: the metrics of a failure are made once. */
const made = new Map<string, ReadonlyMap<string, Series>>();

function metricsOfFailure(failure: Failure, promise: number, world: World): ReadonlyMap<string, Series> {
  const key = JSON.stringify([failure, promise]);
  const metrics = made.get(key) ?? metricsOf(world);
  made.set(key, metrics);
  return metrics;
}
