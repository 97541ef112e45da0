import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmSet } from '../alarms/alarm-set.ts';
import type { FailedShare } from '../alarms/availability-alarms.ts';
import type { Cdn } from './cdn.ts';
import type { WebAcl } from './web-acl.ts';

/** The alarms of CloudFront, which sees what users see. */
export function addCdnAlarms(alarms: AlarmSet, cdn: Cdn): void {
  alarms.add('cdn-5xx', {
    metric: cdn.metric('5xxErrorRate', { statistic: 'Average', period: Duration.minutes(1) }),
    threshold: 5,
    // Its metrics come late.
    datapoints: [3, 10],
    impact: 'More than 5% of the requests end in an error, as users see it.',
    runbook: 'cdn-errors',
    minutes: 12,
  });
}

/** The share of CloudFront's requests that failed. It counts no errors, but says which share they are, and of a longer time the average of that. */
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

/** Blocked requests are the firewall's work; out of the ordinary is that they are many, and a large part of all. */
const MANY = 500;

/** The alarms of the firewall of CloudFront. */
export function addFirewallAlarms(alarms: AlarmSet, acl: WebAcl): void {
  const period = Duration.minutes(5);
  const count = (metricName: string) => acl.metric(metricName, { statistic: 'Sum', period });
  alarms.add('waf-blocks', {
    metric: new MathExpression({
      expression: `IF(FILL(blocked, 0) >= ${MANY}, 100 * FILL(blocked, 0) / (FILL(blocked, 0) + FILL(allowed, 0)), 0)`,
      usingMetrics: { blocked: count('BlockedRequests'), allowed: count('AllowedRequests') },
      period,
    }),
    threshold: 25,
    datapoints: [2, 3],
    impact: 'The firewall refuses more than a quarter of all requests: an attack, or users who are taken for one.',
    runbook: 'firewall-blocks',
    minutes: 20,
  });
}
