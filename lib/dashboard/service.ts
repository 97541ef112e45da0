import { LogQueryVisualizationType, LogQueryWidget, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { METRICS_NAMESPACE, type MetricName } from '../../lambda/core/observe/log.ts';
import type { Table } from '../data/table.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import { type Graph, graphs, PER_MINUTE, type Row, sizeOf } from './graphs.ts';

const sum: MetricOptions = { ...PER_MINUTE, statistic: 'Sum' };

/**
 * The row of what it is all for. Timestamps by source come out of the log: sources are free text, and as a dimension
 * each of them would be a metric with a price.
 */
export function businessRow(fn: LambdaFunction, stage: string, region: string): Row {
  const dimensionsMap = { stage };
  const count = (metricName: MetricName, label: string) =>
    new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap, region, ...sum, label });
  return [
    ...graphs(
      { title: 'Recorded timestamps a minute', metrics: [count('Timestamps', 'timestamps')] },
      { title: 'Greetings a minute', metrics: [count('Greetings', 'greetings')] },
      {
        title: 'Requests that fail, and how the store and the clock did, a minute',
        metrics: [
          count('Failed', 'answered 500 or 503'),
          count('StoreThrottled', 'asked to be called less'),
          count('StoreFailed', 'failed'),
          count('DeadlineExceeded', 'took too long'),
          count('ClockSteppedBack', 'clock stepped back'),
        ],
      },
    ),
    query(fn, region, 1, 'Timestamps by source, the most first', LogQueryVisualizationType.TABLE, [
      'filter ispresent(Timestamps)',
      'fields coalesce(source, "none") as origin',
      'stats sum(Timestamps) as recorded by origin',
      'sort recorded desc',
      'limit 20',
    ]),
  ];
}

/** The row of a function; none for one that needs none. */
export function functionRows({ fn, timeout, monitoring }: ServiceFunction, region: string): Row[] {
  if ('noneBecause' in monitoring) return [];
  const { title } = monitoring;
  const [timeoutMs, seconds] = [timeout.toMilliseconds(), timeout.toSeconds()];
  return [
    graphs(
      {
        title: `${title}: invocations a minute`,
        metrics: [fn.metricInvocations({ ...sum, label: 'invocations' })],
      },
      {
        title: `${title}: errors and refusals a minute`,
        metrics: [fn.metricErrors({ ...sum, label: 'errors' }), fn.metricThrottles({ ...sum, label: 'throttles' })],
      },
      {
        title: `${title}: duration, ms`,
        metrics: ['p50', 'p99', 'Maximum'].map((statistic) =>
          fn.metricDuration({ ...PER_MINUTE, statistic, label: statistic }),
        ),
        annotations: [{ value: timeoutMs, label: `time-out, ${seconds} s` }],
      },
      {
        title: `${title}: at the same time`,
        metrics: [
          fn.metric('ConcurrentExecutions', { ...PER_MINUTE, statistic: 'Maximum', label: 'this function' }),
          new Metric({
            namespace: 'AWS/Lambda',
            metricName: 'ConcurrentExecutions',
            region,
            ...PER_MINUTE,
            statistic: 'Maximum',
            label: 'the account',
          }),
        ],
      },
    ),
  ];
}

/**
 * When something else was deployed. Annotations of a dashboard are fixed, and would be those of the last synthesis; the
 * log knows the truth: each request says which version answered it.
 */
export function deploymentsRow(fn: LambdaFunction, region: string): Row {
  return [
    query(fn, region, 2, 'Deployments: first and last request of each version', LogQueryVisualizationType.TABLE, [
      'filter message = "request"',
      'stats count(*) as requests, sum(Failed) as failed, min(@timestamp) as first, max(@timestamp) as last by version',
      'sort first desc',
      'limit 20',
    ]),
    query(fn, region, 2, 'New instances: many at once after a deployment', LogQueryVisualizationType.BAR, [
      'filter message = "request" and coldStart = 1',
      'stats count(*) as starts by bin(5m)',
    ]),
  ];
}

/** The tables, and each index by itself. */
export function tablesRow(tables: readonly Table[], region: string): Row {
  const places = tables.flatMap(({ tableId, tableName: TableName, definition: { indexes = {} } }) => [
    { label: tableId, dimensionsMap: { TableName } },
    ...Object.keys(indexes).map((index) => ({
      label: `${tableId} ${index.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
      dimensionsMap: { TableName, GlobalSecondaryIndexName: index },
    })),
  ]);
  const graph = (title: string, ...metricNames: readonly string[]): Graph => ({
    title: `Tables: ${title}`,
    metrics: metricNames.flatMap((metricName) =>
      places.map(
        ({ label, dimensionsMap }) =>
          new Metric({
            namespace: 'AWS/DynamoDB',
            metricName,
            dimensionsMap,
            region,
            ...sum,
            label: metricNames.length === 1 ? label : `${label}: ${metricName.slice(0, -'ThrottleEvents'.length)}`,
          }),
      ),
    ),
  });
  return graphs(
    graph('consumed read units a minute', 'ConsumedReadCapacityUnits'),
    graph('consumed write units a minute', 'ConsumedWriteCapacityUnits'),
    graph('throttled, a minute', 'ReadThrottleEvents', 'WriteThrottleEvents'),
  );
}

function query(
  fn: LambdaFunction,
  region: string,
  inRow: number,
  title: string,
  view: LogQueryVisualizationType,
  queryLines: string[],
): LogQueryWidget {
  const logGroupNames = [fn.logGroup.logGroupName];
  return new LogQueryWidget({ title, region, view, logGroupNames, queryLines, ...sizeOf(inRow) });
}
