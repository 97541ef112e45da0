import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type AlarmSet, THREE_OF_FIVE } from './alarm-set.ts';

export interface FunctionAlarmsProps {
  readonly fn: LambdaFunction;
  readonly timeout: Duration;
  /** How many functions may run at the same time in this account and region. */
  readonly accountConcurrency: number;
}

const MINUTE = Duration.minutes(1);
/** Of the time-out, and of the account's concurrency. */
const NEAR_TIMEOUT = 0.8;
const NEAR_CONCURRENCY = 0.9;

/** The function: it fails, is refused, is slow, or the account is full. */
export function addFunctionAlarms(alarms: AlarmSet, { fn, timeout, accountConcurrency }: FunctionAlarmsProps): void {
  alarms.add('lambda-errors', {
    metric: fn.metricErrors({ period: MINUTE }),
    threshold: 0,
    ...THREE_OF_FIVE,
    impact: 'Requests end in 502 or 500, because the function crashes or reaches its time-out.',
    runbook: 'function-errors',
  });
  alarms.add('lambda-throttles', {
    metric: fn.metricThrottles({ period: MINUTE }),
    threshold: 0,
    ...THREE_OF_FIVE,
    impact: 'Requests end in 502 or 500, because Lambda has no room to run the function.',
    runbook: 'function-throttles',
  });
  alarms.add('lambda-duration', {
    metric: fn.metricDuration({ period: MINUTE, statistic: 'p99' }),
    threshold: NEAR_TIMEOUT * timeout.toMilliseconds(),
    ...THREE_OF_FIVE,
    impact: `One request in a hundred takes nearly the ${timeout.toSeconds()} seconds after which it fails.`,
    runbook: 'slow-answers',
  });
  alarms.add('account-concurrency', {
    // Of the whole account: another function that takes it all takes it from this one, too.
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'ConcurrentExecutions',
      statistic: 'Maximum',
      period: MINUTE,
    }),
    threshold: Math.floor(NEAR_CONCURRENCY * accountConcurrency),
    ...THREE_OF_FIVE,
    impact: `Requests will soon be refused: of ${accountConcurrency} concurrent executions, nine in ten are taken.`,
    runbook: 'function-throttles',
  });
}
