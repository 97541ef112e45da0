/** The namespace of Rollcall's own metrics in CloudWatch. */
export const METRICS_NAMESPACE = 'Rollcall';

/**
 * Counts something in CloudWatch, without a call: a line of the log in the embedded metric format (CloudWatch user guide,
 * "Specification: Embedded metric format"). It is written as it is, since Lambda's console would wrap it into a log entry,
 * of which CloudWatch makes no metric.
 *
 * @param dimensions by name, at most 30: each combination of values is a metric of its own
 * @param properties what queries of the log may ask for, and is no dimension
 */
export function emitMetric(
  name: string,
  value: number,
  dimensions: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>> = {},
): void {
  const directive = {
    Namespace: METRICS_NAMESPACE,
    Dimensions: [Object.keys(dimensions)],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  const line = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
    ...properties,
    ...dimensions,
    [name]: value,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
