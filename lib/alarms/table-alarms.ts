import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from '../data/table.ts';
import type { AlarmSet } from './alarm-set.ts';

const period = Duration.minutes(1);

/** A table: it refuses reads or writes, or fails by itself. */
export function addTableAlarms(alarms: AlarmSet, { tableId: name, tableName, definition }: Table): void {
  const { impact, indexes = {}, use } = definition;
  const operations = [...new Set(Object.values(use).flatMap(({ table }) => table))];
  const of = (metricName: string, dimensions: Record<string, string> = {}) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName, ...dimensions },
      statistic: 'Sum',
      period,
    });
  // An index is counted by itself.
  const places: Record<string, string>[] = [
    {},
    ...Object.keys(indexes).map((index) => ({ GlobalSecondaryIndexName: index })),
  ];
  for (const [kind, metricName] of [
    ['read', 'ReadThrottleEvents'],
    ['write', 'WriteThrottleEvents'],
  ] as const) {
    alarms.add(`${name}-${kind}-throttles`, {
      metric: sumOf(places.map((place) => of(metricName, place))),
      threshold: 0,
      datapoints: [5, 10],
      impact: `DynamoDB refuses to ${kind}: ${impact}`,
      runbook: 'table-throttles',
      minutes: 10,
    });
  }
  alarms.add(`${name}-system-errors`, {
    metric: sumOf(operations.map((Operation) => of('SystemErrors', { Operation }))),
    threshold: 0,
    datapoints: [8, 15],
    impact: `DynamoDB fails by itself, again and again: ${impact}`,
    runbook: 'table-errors',
    minutes: 15,
  });
}

/**
 * These metrics exist only while something fails, and alarms on metrics of DynamoDB have kept their state while there was
 * no data, whatever they were told (CloudWatch user guide, "Configuring how alarms treat missing data"). With zeros there is
 * data. The last minutes, which are not reported yet, are zeros, too: so not all of the periods must be above the threshold.
 */
function sumOf(metrics: readonly Metric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, period });
}
