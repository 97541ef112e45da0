import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageConfig } from '../config/read-stage.ts';
import type { Table } from '../data/table.ts';
import { addHttpApiAlarms } from '../fronts/http-api/alarms.ts';
import type { HttpApi } from '../fronts/http-api/http-api.ts';
import { addLoadBalancerAlarms } from '../fronts/load-balancer/alarms.ts';
import { LoadBalancer } from '../fronts/load-balancer/load-balancer.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { addAvailabilityAlarms, failedAtLoadBalancer } from './availability-alarms.ts';
import { addDeploymentAlarms } from './deployment-alarms.ts';
import { addFunctionAlarms } from './function-alarms.ts';
import { addTableAlarms } from './table-alarms.ts';

export interface ApiAlarmsProps {
  readonly config: StageConfig;
  readonly fn: LambdaFunction;
  /** What leads to the version that serves. */
  readonly alias: Alias;
  readonly front: LoadBalancer | HttpApi;
  readonly tables: readonly Table[];
}

/** The alarms in the region of a stage. */
export class ApiAlarms extends Construct {
  /** The names of those that tell. */
  readonly names: readonly string[];
  /** Those that take a deployment back. */
  readonly stopping: readonly Alarm[];

  constructor(scope: Construct, id: string, { config, fn, alias, front, tables }: ApiAlarmsProps) {
    super(scope, id);
    const { stage, alarmEmails: emails, timeoutSeconds, accountConcurrency, availabilityObjective } = config;
    const { cdn, deployment } = config;
    const { alarms } = new AlarmTopic(this, 'Told', { emails });
    addFunctionAlarms(alarms, { fn, timeout: Duration.seconds(timeoutSeconds), accountConcurrency });
    if (deployment === 'canary') addDeploymentAlarms(alarms, { stage, fn, alias });
    if (front instanceof LoadBalancer) addLoadBalancerAlarms(alarms, front);
    else addHttpApiAlarms(alarms, front);
    // Behind CloudFront, what users see is measured there.
    if (front instanceof LoadBalancer && !cdn) {
      addAvailabilityAlarms(alarms, availabilityObjective, failedAtLoadBalancer(front));
    }
    for (const table of tables) addTableAlarms(alarms, table);
    this.names = alarms.names;
    this.stopping = alarms.stopping;
  }
}
