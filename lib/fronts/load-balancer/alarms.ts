import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmSet, THREE_OF_FIVE } from '../../alarms/alarm-set.ts';
import type { FailedShare } from '../../alarms/availability-alarms.ts';
import type { LoadBalancer } from './load-balancer.ts';

const period = Duration.minutes(1);

/** The load balancer: what it answers itself, what the function answers, and what happens between them. */
export function addLoadBalancerAlarms(alarms: AlarmSet, loadBalancer: LoadBalancer): void {
  const count = (metricName: string) => loadBalancer.metric(metricName, { statistic: 'Sum', period });
  // Of the requests. Those that reach no target are no RequestCount.
  const own = count('HTTPCode_ELB_5XX_Count');
  const requests = count('RequestCount');
  const ownShare = new MathExpression({
    expression: '100 * FILL(own, 0) / (FILL(requests, 0) + FILL(own, 0))',
    usingMetrics: { own, requests },
    period,
  });
  const targetShare = new MathExpression({
    expression: '100 * FILL(target, 0) / FILL(requests, 0)',
    usingMetrics: { target: count('HTTPCode_Target_5XX_Count'), requests },
    period,
  });
  alarms.add('alb-5xx', {
    metric: ownShare,
    threshold: 5,
    ...THREE_OF_FIVE,
    impact: 'More than 5% of the requests end in an error of the load balancer (502, 503, 504).',
    runbook: 'load-balancer-errors',
  });
  alarms.add('alb-target-5xx', {
    metric: targetShare,
    threshold: 5,
    ...THREE_OF_FIVE,
    impact: 'More than 5% of the requests end in an error that the function answers (500, 503).',
    runbook: 'answers-5xx',
  });
  alarms.add('alb-rejected-connections', {
    metric: count('RejectedConnectionCount'),
    threshold: 0,
    ...THREE_OF_FIVE,
    impact: 'Some users cannot connect: the load balancer has more connections than it takes.',
    runbook: 'load-balancer-errors',
  });
  alarms.add('alb-lambda-user-errors', {
    metric: loadBalancer.targetMetric('LambdaUserError', { statistic: 'Sum', period }),
    threshold: 0,
    ...THREE_OF_FIVE,
    impact: 'Requests end in 502: the function may not be invoked, fails, or answers what no load balancer takes.',
    runbook: 'function-errors',
  });
  alarms.add('alb-lambda-internal-errors', {
    metric: loadBalancer.targetMetric('LambdaInternalError', { statistic: 'Sum', period }),
    threshold: 0,
    ...THREE_OF_FIVE,
    impact: 'Requests end in 502, because Lambda itself fails.',
    runbook: 'load-balancer-errors',
  });
  alarms.add('alb-latency', {
    metric: loadBalancer.metric('TargetResponseTime', { statistic: 'p90', period }),
    threshold: 2,
    datapoints: [5, 8],
    impact: 'One request in ten takes more than 2 seconds.',
    runbook: 'slow-answers',
    minutes: 10,
  });
}

/** The share of the load balancer's requests that failed. Those that reach no target are no RequestCount. */
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
