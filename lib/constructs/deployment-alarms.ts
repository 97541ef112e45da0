import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmSet } from './alarm-set.ts';

export interface DeploymentAlarmsProps {
  readonly fn: LambdaFunction;
  /** What leads to the version that serves. */
  readonly alias: Alias;
}

/**
 * The new version while it gets one request in ten: it is counted by itself only then, so what fails before, or in the old
 * version, keeps no deployment from putting that right.
 */
export function addDeploymentAlarms(alarms: AlarmSet, { fn, alias }: DeploymentAlarmsProps): void {
  alarms.add('new-version-errors', {
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Errors',
      dimensionsMap: {
        FunctionName: fn.functionName,
        Resource: `${fn.functionName}:${alias.aliasName}`,
        ExecutedVersion: fn.currentVersion.version,
      },
      statistic: 'Sum',
      period: Duration.minutes(1),
    }),
    threshold: 0,
    // One bad minute is enough, of as many as it takes the data to arrive.
    datapoints: [1, 3],
    impact: 'One request in ten goes to a new version, which crashes or reaches its time-out; it is taken back.',
    runbook: 'deployment-taken-back',
    minutes: 5,
    stopsDeployment: true,
  });
}
