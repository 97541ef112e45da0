import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { METRICS_NAMESPACE, type MetricName } from '../../lambda/core/observe/log.ts';
import { type AlarmSet, THREE_OF_FIVE } from '../alarms/alarm-set.ts';

export interface SendAlarmsProps {
  readonly fn: LambdaFunction;
  readonly deadLetters: Queue;
  readonly stage: string;
}

const MINUTE = Duration.minutes(1);
const MOST_BEHIND_MS = 120_000;
const LOST: MetricName = 'NoticesLost';

/** The alarms of telling, beside those that every function has. */
export function addSendAlarms(alarms: AlarmSet, { fn, deadLetters, stage }: SendAlarmsProps): void {
  alarms.add('send-dead-letters', {
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
    threshold: 0,
    datapoints: [1, 5],
    impact:
      'Some notices were not handed to whoever sends them; the watch hands them on again in two minutes, if it can.',
    runbook: 'dead-letters',
    minutes: 8,
  });
  alarms.add('send-behind', {
    metric: fn.metric('IteratorAge', { period: MINUTE, statistic: 'Maximum' }),
    threshold: MOST_BEHIND_MS,
    ...THREE_OF_FIVE,
    impact: 'People are told of outages minutes late.',
    runbook: 'dead-letters',
  });
  alarms.add('send-lost', {
    metric: new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: LOST,
      dimensionsMap: { stage },
      statistic: 'Sum',
      period: MINUTE,
    }),
    threshold: 0,
    datapoints: [1, 5],
    impact: 'A channel does not take what it is to tell; if it is the only one, nobody is told of outages.',
    runbook: 'broken-channel',
    minutes: 8,
  });
}
