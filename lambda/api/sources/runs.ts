import { isFailure, type TimestampRecord } from '../../core/timestamps/record.ts';

/** A run: a `start` and the answer with the same run id; or an answer by itself. */
export interface Run {
  readonly run?: string | undefined;
  /** Absent if it was not told, or lies further back than what was read. */
  readonly startedAt?: string | undefined;
  /** Absent while it runs. */
  readonly endedAt?: string | undefined;
  /** In seconds. */
  readonly took?: number | undefined;
  readonly state: 'running' | 'success' | 'fail';
  readonly exit?: number | undefined;
}

/** The most that are told. */
const MOST_RUNS = 20;

/**
 * The last runs of a source, the one that ended or began last first. A `start` without a run id belongs to the next answer
 * without one; one that another `start` follows has not ended.
 *
 * @param records of the source, newest first
 */
export function recentRuns(records: readonly TimestampRecord[]): readonly Run[] {
  const open = new Map<string, string>();
  const runs: Run[] = [];
  for (const record of records.toReversed()) {
    const { timestamp, state, exit, run } = record;
    if (state === 'log') continue;
    const id = run ?? '';
    const startedAt = open.get(id);
    if (state === 'start') {
      if (startedAt !== undefined) runs.push({ run, startedAt, state: 'running' });
      open.set(id, timestamp);
      continue;
    }
    open.delete(id);
    const took = startedAt && (Date.parse(timestamp) - Date.parse(startedAt)) / 1000;
    const ended = { endedAt: timestamp, ...(exit !== undefined && { exit }) };
    runs.push({
      run,
      ...(startedAt && { startedAt, took: Number(took) }),
      ...ended,
      state: isFailure(record) ? 'fail' : 'success',
    });
  }
  for (const [id, startedAt] of open) runs.push({ ...(id !== '' && { run: id }), startedAt, state: 'running' });
  const lastOf = ({ endedAt, startedAt = '' }: Run) => endedAt ?? startedAt;
  return runs
    .toSorted((one, other) => (lastOf(one) < lastOf(other) ? 1 : -1))
    .slice(0, MOST_RUNS)
    .map(({ run, ...rest }) => ({ ...(run !== undefined && { run }), ...rest }));
}
