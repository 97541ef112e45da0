import { Duration } from 'aws-cdk-lib';
import type { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSet } from './alarm-set.ts';

/**
 * The share of requests that failed in a time, in percent.
 *
 * @param atLeast with fewer failures it is 0: one failed request of a quiet night is no outage
 */
export type FailedShare = (period: Duration, atLeast: number) => MathExpression;

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
