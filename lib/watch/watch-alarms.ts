import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, type MetricName } from '../../lambda/core/observe/log.ts';
import type { AlarmSet } from '../alarms/alarm-set.ts';
import type { WatchFunction } from './watch-function.ts';

const period = Duration.minutes(1);
const UNTOLD: MetricName = 'Untold';

/**
 * The alarms of the watch. A tick that has not read the whole log fails, so Lambda's own count of errors, which is free,
 * says how old the watch is: its least value of a minute is 0 if a tick succeeded, and there is none if there was no tick.
 */
export function addWatchAlarms(alarms: AlarmSet, { fn }: WatchFunction, stage: string): void {
  alarms.add('watch-late', {
    metric: fn.metricErrors({ period, statistic: 'Minimum' }),
    threshold: 0,
    datapoints: [3, 3],
    missingIsBad: true,
    impact: 'Nobody notices who is silent: the watch has not read what was recorded for three minutes.',
    runbook: 'watch-late',
    minutes: 8,
  });
  alarms.add('outbox-late', {
    metric: new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: UNTOLD,
      dimensionsMap: { stage },
      statistic: 'Sum',
      period,
    }),
    threshold: 0,
    datapoints: [2, 3],
    impact: 'An outage was noticed, or a report is due, and nobody has been told for minutes.',
    runbook: 'outbox-late',
    minutes: 5,
  });
}
