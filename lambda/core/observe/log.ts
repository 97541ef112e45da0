/** The namespace of Rollcall's own metrics in CloudWatch. */
export const METRICS_NAMESPACE = 'Rollcall';

/** What the function counts: what it is there for, and how it fails. */
export type MetricName =
  | 'Timestamps'
  | 'Greetings'
  | 'Failed'
  | 'StoreThrottled'
  | 'StoreFailed'
  | 'DeadlineExceeded'
  | 'ClockSteppedBack'
  | 'Untold'
  | 'NoticesLost';

/** The name of a metric, and what else stands in the line of the log. */
export interface Counted {
  readonly metric: MetricName;
  readonly properties?: Readonly<Record<string, string>>;
}

/** A line of the log; what else it has are fields that queries ask for. */
export interface LogLine {
  /** Of lines about failures and what may become one. Lambda takes a line without it, or without a timestamp, for `INFO` (developer guide). */
  readonly level?: 'ERROR' | 'WARN';
  readonly message: string;
  readonly [field: string]: unknown;
}

/**
 * Writes a line of the log as JSON, as it is: Lambda's console would put it into an entry of its own, of which CloudWatch
 * makes no metric, and for which it charges some 110 bytes more.
 */
export function writeLine(line: LogLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * The fields by which a line of the log counts, without a call (CloudWatch user guide, "Specification: Embedded metric
 * format"). They come last, since they are in the way of people who read it.
 *
 * @param names of what happened, each once
 * @param dimensions sets of names of fields that the line has; each combination of values is a metric of its own
 * @param now milliseconds since the Unix epoch
 */
export function countedFields(
  names: readonly MetricName[],
  dimensions: readonly (readonly string[])[],
  now: number,
): Readonly<Record<string, unknown>> {
  // Without a unit, which would be `Count`: each byte of each line is paid for.
  const Metrics = names.map((Name) => ({ Name }));
  const directive = { Namespace: METRICS_NAMESPACE, Dimensions: dimensions, Metrics };
  return {
    ...Object.fromEntries(names.map((name) => [name, 1])),
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
  };
}
