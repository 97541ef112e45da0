import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ApiFunction } from '../api/api-function.ts';
import type { StageConfig } from '../config/read-stage.ts';
import type { Table } from '../data/table.ts';
import { addHttpApiAlarms } from '../fronts/http-api/alarms.ts';
import type { HttpApi } from '../fronts/http-api/http-api.ts';
import { addLoadBalancerAlarms } from '../fronts/load-balancer/alarms.ts';
import { LoadBalancer } from '../fronts/load-balancer/load-balancer.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { addAvailabilityAlarms, failedAtLoadBalancer } from './availability-alarms.ts';
import { addDeploymentAlarms } from './deployment-alarms.ts';
import { addAccountAlarm, addFunctionAlarms } from './function-alarms.ts';
import { addTableAlarms } from './table-alarms.ts';

export interface ApiAlarmsProps {
  readonly config: StageConfig;
  /** The function that answers, whose new versions are watched. */
  readonly api: ApiFunction;
  /** All functions of the stage that there are before its alarms. */
  readonly functions: readonly ServiceFunction[];
  readonly front: LoadBalancer | HttpApi;
  readonly tables: readonly Table[];
}

/** The alarms in the region of a stage. */
export class ApiAlarms extends Construct {
  /** The names of those that tell. */
  readonly names: readonly string[];
  /** Those that take a deployment back. */
  readonly stopping: readonly Alarm[];

  constructor(scope: Construct, id: string, { config, api, functions, front, tables }: ApiAlarmsProps) {
    super(scope, id);
    const { stage, alarmEmails: emails, accountConcurrency, availabilityObjective } = config;
    const { cdn, deployment } = config;
    const { alarms } = new AlarmTopic(this, 'Told', { emails });
    for (const one of functions) addFunctionAlarms(alarms, one);
    addAccountAlarm(alarms, accountConcurrency);
    if (deployment === 'canary') addDeploymentAlarms(alarms, { stage, fn: api.fn, alias: api.alias });
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
