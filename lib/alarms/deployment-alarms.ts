import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { METRICS_NAMESPACE, type MetricName } from '../../lambda/core/observe/log.ts';
import type { AlarmSet } from './alarm-set.ts';

export interface DeploymentAlarmsProps {
  /** Under whose name the function counts. */
  readonly stage: string;
  readonly fn: LambdaFunction;
  /** The alias that leads to the version that serves. */
  readonly alias: Alias;
}

/** One failed request says nothing: it may have met a failure of AWS. */
const FAILED_PERCENT = 5;
const ENOUGH_FAILURES = 2;

/**
 * The new version while it gets one request in ten: it is counted by itself only then, so what fails before, or in the
 * old version, keeps no deployment from putting that right.
 */
export function addDeploymentAlarms(alarms: AlarmSet, { stage, fn, alias }: DeploymentAlarmsProps): void {
  const { version } = fn.currentVersion;
  const sum = { statistic: 'Sum', period: Duration.minutes(1) };
  const ofCanary = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: {
        FunctionName: fn.functionName,
        Resource: `${fn.functionName}:${alias.aliasName}`,
        ExecutedVersion: version,
      },
      ...sum,
    });
  alarms.add('new-version-errors', {
    metric: ofCanary('Errors'),
    threshold: 0,
    // One bad minute is enough, of as many as it takes the data to arrive.
    datapoints: [1, 3],
    impact: 'One request in ten goes to a new version, which crashes or reaches its time-out; it is taken back.',
    runbook: 'deployment-taken-back',
    minutes: 5,
    stopsDeployment: true,
  });
  const failed: MetricName = 'Failed';
  alarms.add('new-version-failures', {
    // The function counts what it answers 500 or 503 for as long as it lives. There are invocations to divide that by only
    // while there is a canary, so this one, too, is silent before and after.
    metric: new MathExpression({
      expression: `IF(FILL(failed, 0) >= ${ENOUGH_FAILURES}, 100 * failed / invocations, 0)`,
      usingMetrics: {
        failed: new Metric({
          namespace: METRICS_NAMESPACE,
          metricName: failed,
          dimensionsMap: { stage, version },
          ...sum,
        }),
        invocations: ofCanary('Invocations'),
      },
      period: sum.period,
    }),
    threshold: FAILED_PERCENT,
    datapoints: [1, 4],
    impact: `One request in ten goes to a new version, which answers 500 or 503 to more than ${FAILED_PERCENT}% of them; it is taken back.`,
    runbook: 'deployment-taken-back',
    minutes: 5,
    stopsDeployment: true,
  });
}
