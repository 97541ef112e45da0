import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from '../data/table.ts';
import type { AlarmSet } from './alarm-set.ts';

const period = Duration.minutes(1);
/** A stage's limit is many times what it usually reads: nobody but a loop or an attacker reads half of it for long. */
const MANY_READS = 0.5;

/** A table: it refuses reads or writes, or fails by itself. */
export function addTableAlarms(alarms: AlarmSet, table: Table): void {
  const { tableId: name, tableName, definition, maxReadUnitsPerSecond } = table;
  const { impact, indexes = {}, use } = definition;
  // Of those who answer: what reaches out says itself when it fails.
  const { notify: _, ...answering } = use;
  const operations = [...new Set(Object.values(answering).flatMap(({ table }) => table))];
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
  for (const [kind, metricName, kindOf] of [
    ['read', 'ReadThrottleEvents', /^(Get|Query)/],
    ['write', 'WriteThrottleEvents', /^(Put|Update|Delete)/],
  ] as const) {
    if (!operations.some((operation) => kindOf.test(operation))) continue;
    alarms.add(`${name}-${kind}-throttles`, {
      metric: sumOf(places.map((place) => of(metricName, place))),
      threshold: 0,
      datapoints: [5, 10],
      impact: `DynamoDB refuses to ${kind}: ${impact}`,
      runbook: 'table-throttles',
      minutes: 10,
    });
  }
  if (maxReadUnitsPerSecond !== undefined) {
    const perSecond = MANY_READS * maxReadUnitsPerSecond;
    alarms.add(`${name}-many-reads`, {
      metric: sumOf(places.map((place) => of('ConsumedReadCapacityUnits', place))),
      threshold: perSecond * period.toSeconds(),
      datapoints: [10, 15],
      impact: `Somebody reads many times the usual, over ${perSecond} units a second. That costs; soon reads are refused: ${impact}`,
      runbook: 'many-reads',
      minutes: 15,
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
