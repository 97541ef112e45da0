import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ServiceFunction } from '../function/service-function.ts';
import { type AlarmSet, THREE_OF_FIVE } from './alarm-set.ts';

const MINUTE = Duration.minutes(1);
/** Of the time-out, and of the account's concurrency. */
const NEAR_TIMEOUT = 0.8;
const NEAR_CONCURRENCY = 0.9;

/** The alarms of a function: it fails, is refused, or is slow; none for one that needs none. */
export function addFunctionAlarms(alarms: AlarmSet, { fn, timeout, monitoring }: ServiceFunction): void {
  if ('noneBecause' in monitoring) return;
  const { alarmPrefix, errors, throttles, duration } = monitoring;
  alarms.add(`${alarmPrefix}-errors`, {
    metric: fn.metricErrors({ period: MINUTE }),
    threshold: 0,
    ...THREE_OF_FIVE,
    ...errors,
  });
  alarms.add(`${alarmPrefix}-throttles`, {
    metric: fn.metricThrottles({ period: MINUTE }),
    threshold: 0,
    ...THREE_OF_FIVE,
    ...throttles,
  });
  alarms.add(`${alarmPrefix}-duration`, {
    metric: fn.metricDuration({ period: MINUTE, statistic: 'p99' }),
    threshold: NEAR_TIMEOUT * timeout.toMilliseconds(),
    ...THREE_OF_FIVE,
    ...duration,
  });
}

/**
 * The alarm of the whole account, in which another function that takes all room takes it from ours, too.
 *
 * @param concurrency how many functions may run at the same time in this account and region
 */
export function addAccountAlarm(alarms: AlarmSet, concurrency: number): void {
  alarms.add('account-concurrency', {
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'ConcurrentExecutions',
      statistic: 'Maximum',
      period: MINUTE,
    }),
    threshold: Math.floor(NEAR_CONCURRENCY * concurrency),
    ...THREE_OF_FIVE,
    impact: `Requests will soon be refused: of ${concurrency} concurrent executions, nine in ten are taken.`,
    runbook: 'function-throttles',
  });
}
