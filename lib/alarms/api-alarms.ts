import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ApiFunction } from '../api/api-function.ts';
import type { StageConfig } from '../config/read-stage.ts';
import type { Table } from '../data/table.ts';
import type { Front } from '../fronts/front.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import type { SendFunction } from '../notify/send-function.ts';
import { addWatchAlarms } from '../watch/watch-alarms.ts';
import type { WatchFunction } from '../watch/watch-function.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { addAvailabilityAlarms } from './availability-alarms.ts';
import { addDeploymentAlarms } from './deployment-alarms.ts';
import { addAccountAlarm, addFunctionAlarms } from './function-alarms.ts';
import { addTableAlarms } from './table-alarms.ts';

export interface ApiAlarmsProps {
  readonly config: StageConfig;
  /** The function that answers, whose new versions are watched. */
  readonly api: ApiFunction;
  /** All functions of the stage that there are before its alarms. */
  readonly functions: readonly ServiceFunction[];
  readonly fronts: readonly Front[];
  readonly tables: readonly Table[];
  /** @default - nobody watches */
  readonly watch?: WatchFunction | undefined;
  /** @default - nobody is told */
  readonly send?: SendFunction | undefined;
}

/** The alarms in the region of a stage. */
export class ApiAlarms extends Construct {
  /** The names of those that notify. */
  readonly names: readonly string[];
  /** Those that take a deployment back. */
  readonly stopping: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ApiAlarmsProps) {
    super(scope, id);
    const { config, api, functions, fronts, tables, watch, send } = props;
    const { stage, deployment, alarmEmails: emails, accountConcurrency, availabilityObjective } = config;
    const { alarms } = new AlarmTopic(this, 'Told', { emails });
    for (const one of functions) addFunctionAlarms(alarms, one);
    addAccountAlarm(alarms, accountConcurrency);
    if (deployment === 'canary') addDeploymentAlarms(alarms, { stage, fn: api.fn, alias: api.alias });
    for (const front of fronts) {
      front.addAlarms(alarms);
      // Behind CloudFront, what users see is measured there.
      if (front.exposure === 'public' && front.failedShare) {
        addAvailabilityAlarms(alarms, availabilityObjective, front.failedShare);
      }
    }
    for (const table of tables) if (table.definition.watchedBy === undefined) addTableAlarms(alarms, table);
    if (watch) addWatchAlarms(alarms, watch, stage);
    send?.addAlarms(alarms, stage);
    this.names = alarms.names;
    this.stopping = alarms.stopping;
  }
}
