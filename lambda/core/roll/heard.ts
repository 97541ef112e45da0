/** What was heard of a source. */
import { isFailure, type RECORD_STATES } from '../timestamps/record.ts';
import { microsOf } from '../timestamps/timestamp-id.ts';
import type { Expectation } from './expectation.ts';
import type { Heard, Readings } from './state.ts';
import { extended } from './streaks.ts';

type Limits = Expectation['limits'];
type Limit = Limits[string];

/** What the fold reads of a record. */
export interface RollRecord {
  readonly id: string;
  /** @default success */
  readonly state?: (typeof RECORD_STATES)[number] | undefined;
  readonly run?: string | undefined;
  /** 0 is a success, all else a failure, whatever the state says; but a `state` of `fail` stays one. */
  readonly exit?: number | undefined;
  readonly values?: Readonly<Record<string, number>> | undefined;
}

/** Nothing was heard yet. */
export const NOTHING_HEARD: Heard = { runs: {}, values: {} };

const MOST_RUNS = 100;

/**
 * What is known once one more record is, in the order of ids: one that is not later than the last changes nothing. Records
 * may become visible out of order, so whoever reads the log keeps what was folded until some seconds ago, and folds what
 * is later on top of that each time anew.
 *
 * - `log` counts for nothing, and neither do its values.
 * - `start` is a contact, and begins a run. It is no answer. A run that has begun and begins again has begun when it first did.
 * - A success or a failure is an answer, and ends its run; without a run id, the one that began without.
 *
 * @param limits of the expectation as it is now: what is counted of values
 * @param downSince since when it is down, if it is: successes before that, and after it, are not in a row, so that the first
 *   of those after it is known
 */
export function fold(
  heard: Heard = NOTHING_HEARD,
  record: RollRecord,
  limits: Limits = {},
  downSince?: number | undefined,
): Heard {
  const { id, state, run = '' } = record;
  if (heard.lastId !== undefined && id <= heard.lastId) return heard;
  if (state === 'log') return { ...heard, lastId: id };
  const at = Math.floor(microsOf(id) / 1000);
  const next = { ...heard, lastId: id, lastContact: at, values: valuesAfter(heard.values, record, limits, at) };
  if (state === 'start') return { ...next, runs: begun(heard.runs, run, at) };
  const answered = { ...next, lastAnswer: at, runs: without(heard.runs, run) };
  const failed = isFailure(record);
  const answers = extended(heard.answers, failed ? 'bad' : 'good', at, failed ? undefined : downSince);
  if (!failed) return { ...answered, answers, lastSuccess: at };
  return { ...answered, answers, detail: record.exit === undefined ? undefined : `exit ${record.exit}` };
}

/** Readings as they count under this limit: if they were counted under another one, the last of them alone does. */
export function readingsUnder(readings: Readings | undefined, limit: Limit): Readings | undefined {
  if (!readings || (readings.min === limit.min && readings.max === limit.max)) return readings;
  return read(undefined, limit, readings.value, readings[readings.last].at(-1)?.at ?? 0);
}

function valuesAfter(values: Heard['values'], record: RollRecord, limits: Limits, at: number): Heard['values'] {
  const after: [string, Readings][] = [];
  for (const [name, limit] of Object.entries(limits)) {
    const before = own(values, name);
    const value = own(record.values ?? {}, name);
    const readings = value === undefined ? before : read(readingsUnder(before, limit), limit, value, at);
    if (readings) after.push([name, readings]);
  }
  return Object.fromEntries(after);
}

function read(before: Readings | undefined, { min, max }: Limit, value: number, at: number): Readings {
  const isBeyond = (min !== undefined && value < min) || (max !== undefined && value > max);
  return { ...extended(before, isBeyond ? 'bad' : 'good', at), min, max, value };
}

function begun(runs: Heard['runs'], run: string, at: number): Heard['runs'] {
  if (Object.hasOwn(runs, run)) return runs;
  const all: [string, number][] = [...Object.entries(runs), [run, at]];
  if (all.length > MOST_RUNS) {
    const oldest = all.reduce((least, one) => (one[1] < least[1] ? one : least));
    all.splice(all.indexOf(oldest), 1);
  }
  return Object.fromEntries(all);
}

function without(runs: Heard['runs'], run: string): Heard['runs'] {
  return Object.hasOwn(runs, run) ? Object.fromEntries(Object.entries(runs).filter(([id]) => id !== run)) : runs;
}

/** People choose the names: `constructor` is one. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
