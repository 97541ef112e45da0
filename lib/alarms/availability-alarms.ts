import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Cdn } from '../edge/cdn.ts';
import type { LoadBalancer } from '../fronts/load-balancer/load-balancer.ts';
import type { AlarmSet } from './alarm-set.ts';

/**
 * The share of requests that failed in a time, in percent.
 *
 * @param atLeast with fewer failures it is 0: one failed request of a quiet night is no outage
 */
export type FailedShare = (period: Duration, atLeast: number) => MathExpression;

/** Of the load balancer's requests. Those that reach no target are no RequestCount. */
export function failedAtLoadBalancer(loadBalancer: LoadBalancer): FailedShare {
  return (period, atLeast) => {
    const count = (metricName: string) => loadBalancer.metric(metricName, { statistic: 'Sum', period });
    const failed = '(FILL(own, 0) + FILL(target, 0))';
    return new MathExpression({
      expression: `IF(${failed} >= ${atLeast}, 100 * ${failed} / (FILL(requests, 0) + FILL(own, 0)), 0)`,
      usingMetrics: {
        own: count('HTTPCode_ELB_5XX_Count'),
        target: count('HTTPCode_Target_5XX_Count'),
        requests: count('RequestCount'),
      },
      period,
    });
  };
}

/** Of CloudFront's requests. It counts no errors, but says which share they are, and of a longer time the average of that. */
export function failedAtCdn(cdn: Cdn): FailedShare {
  return (period, atLeast) =>
    new MathExpression({
      expression: `IF(FILL(rate, 0) * FILL(requests, 0) / 100 >= ${atLeast}, FILL(rate, 0), 0)`,
      usingMetrics: {
        rate: cdn.metric('5xxErrorRate', { statistic: 'Average', period }),
        requests: cdn.metric('Requests', { statistic: 'Sum', period }),
      },
      period,
    });
}

/**
 * Fewer failures than `enough` say nothing. Of how many windows the latest may be: the last minutes are not reported yet,
 * which a short window must outlast.
 */
const LONG = { enough: 10, datapoints: [1, 1] } as const;
const SHORT = { enough: 3, datapoints: [1, 2] } as const;

/**
 * How fast the error budget of 30 days is spent (Google, The Site Reliability Workbook, chapter 5): the long window says
 * that it matters, the short one that it has not ended.
 */
const BURNS = [
  {
    name: 'slo-fast-burn',
    rate: 14.4,
    windows: { '1h': { ...LONG, period: Duration.hours(1) }, '5m': { ...SHORT, period: Duration.minutes(5) } },
    spent: '2% of the error budget of 30 days in an hour',
    // Of an outage in which one request in ten fails.
    minutes: 20,
  },
  {
    name: 'slo-slow-burn',
    rate: 6,
    windows: { '6h': { ...LONG, period: Duration.hours(6) }, '30m': { ...SHORT, period: Duration.minutes(30) } },
    spent: '5% of the error budget of 30 days in six hours',
    // Of one in which two in a hundred fail.
    minutes: 150,
  },
] as const;

/** @param objective the share of requests that are not to fail, in percent: 99.9 */
export function addAvailabilityAlarms(alarms: AlarmSet, objective: number, failed: FailedShare): void {
  for (const { name, rate, windows, spent, minutes } of BURNS) {
    // Percent of percents: rounded, so that the template has no digits that mean nothing.
    const threshold = Number((rate * (100 - objective)).toFixed(4));
    const conditions = Object.fromEntries(
      Object.entries(windows).map(([window, { period, enough, datapoints }]) => [
        window,
        { metric: failed(period, enough), threshold, datapoints },
      ]),
    );
    alarms.addAll(name, conditions, {
      impact: `More than ${threshold}% of the requests fail: that spends ${spent}.`,
      runbook: 'availability',
      minutes,
    });
  }
}
