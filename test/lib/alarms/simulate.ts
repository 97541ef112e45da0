/** Lets the alarms of a stage watch a world, minute by minute, as CloudWatch does. */
import { type AlarmState, nextState } from './alarm-state.ts';
import { compile } from './expression.ts';
import { delayOf, type Reading } from './reading.ts';
import type { Series } from './series.ts';
import type { AnyAlarm, MetricAlarm } from './template.ts';

/** Whether an alarm is raised, at the end of each minute. */
export type Raised = Uint8Array;

/**
 * @param metrics by the names that test/lib/alarms/world.ts gives them
 * @throws Error when an alarm watches a metric that no world has
 */
export function watch(
  alarms: readonly AnyAlarm[],
  metrics: ReadonlyMap<string, Series>,
  minutes: number,
  reading: Reading,
): ReadonlyMap<string, Raised> {
  const parts = new Map<string, Raised>();
  for (const alarm of alarms) {
    if (alarm.kind === 'metric') parts.set(placeOf(alarm), watchOne(alarm, metrics, minutes, reading));
  }
  const raised = alarms.map((alarm) => {
    if (alarm.kind === 'metric') return [alarm.name, parts.get(placeOf(alarm)) ?? new Uint8Array()] as const;
    const own = alarm.parts.map((id) => parts.get(`${alarm.stack} ${id}`) ?? new Uint8Array(minutes));
    return [
      alarm.name,
      new Uint8Array(minutes).map((_, minute) => Number(own.every((one) => one[minute] === 1))),
    ] as const;
  });
  return new Map(raised);
}

const NOT_COMPUTED = Number.POSITIVE_INFINITY;

/** Alarms of the same kind in different stages have the same state: one of them is enough. */
const known = new WeakMap<ReadonlyMap<string, Series>, Map<string, Raised>>();

function watchOne(alarm: MetricAlarm, metrics: ReadonlyMap<string, Series>, minutes: number, reading: Reading): Raised {
  const ofMetrics = known.get(metrics) ?? new Map<string, Raised>();
  known.set(metrics, ofMetrics);
  const { id: _, stack: __, name: ___, description: ____, actions: _____, ...what } = alarm;
  const key = JSON.stringify([what, reading]);
  const before = ofMetrics.get(key);
  if (before) return before;
  const raised = evaluateAll(alarm, metrics, minutes, reading);
  ofMetrics.set(key, raised);
  return raised;
}

function evaluateAll(
  alarm: MetricAlarm,
  metrics: ReadonlyMap<string, Series>,
  minutes: number,
  reading: Reading,
): Raised {
  const { inputs, period, threshold, evaluationPeriods } = alarm;
  const sources = inputs.map((input) => {
    const series = metrics.get(input.key);
    if (series === undefined) throw new Error(`${alarm.name} watches ${input.key}, which is no metric of the stage.`);
    return { ...input, series };
  });
  const [first] = sources;
  if (first === undefined) throw new Error(`${alarm.name} watches nothing.`);
  const compute = compile(alarm.expression ?? first.id, reading);
  const delay = Math.max(...inputs.map(({ namespace }) => delayOf(namespace, reading)));
  const isDynamoDb = inputs.some(({ namespace }) => namespace === 'AWS/DynamoDB');
  const missingData = isDynamoDb && reading.dynamodbIgnoresMissing ? 'ignore' : alarm.missingData;
  const range = evaluationPeriods + reading.extraPoints;

  /** The data point of a period of which `hidden` minutes are not reported yet. */
  const dataPoint = (from: number, to: number, hidden: number, empty: number): number =>
    compute(
      (id) => {
        const source = sources.find((one) => one.id === id);
        if (source === undefined) throw new Error(`${alarm.name}: there is no ${id}`);
        return to - hidden > from ? source.series.statistic(source.statistic, from, to - hidden) : Number.NaN;
      },
      (id) => (empty & (1 << sources.findIndex((one) => one.id === id))) !== 0,
    );
  // The points of whole periods are asked for again and again: by which of the series are empty, and their end.
  const whole = new Map<number, Float64Array>();
  const wholePoints = (empty: number): Float64Array => {
    const points = whole.get(empty) ?? new Float64Array(minutes + 1).fill(NOT_COMPUTED);
    whole.set(empty, points);
    return points;
  };

  const rule = { ...alarm, missingData };
  const raised = new Uint8Array(minutes);
  let state: AlarmState = 'OK';
  for (let now = 1; now <= minutes; now += 1) {
    let empty = 0;
    if (!reading.fillsEmpty) {
      sources.forEach(({ series }, index) => {
        if (series.samplesIn(now - range * period, now - delay) === 0) empty |= 1 << index;
      });
    }
    const points = wholePoints(empty);
    const valueUntil = (to: number): number => {
      const hidden = Math.min(to - (now - delay), period);
      if (hidden > 0) return dataPoint(to - period, to, hidden, empty);
      const before = points[to] ?? Number.NaN;
      if (before !== NOT_COMPUTED) return before;
      const value = dataPoint(to - period, to, 0, empty);
      points[to] = value;
      return value;
    };
    const isBreaching = (age: number): boolean | undefined => {
      const to = now - age * period;
      const value = to < period ? (first.series.before ?? Number.NaN) : valueUntil(to);
      return Number.isNaN(value) ? undefined : value > threshold;
    };
    state = nextState(rule, range, isBreaching, state);
    raised[now - 1] = Number(state === 'ALARM');
  }
  return raised;
}

function placeOf({ stack, id }: MetricAlarm): string {
  return `${stack} ${id}`;
}
