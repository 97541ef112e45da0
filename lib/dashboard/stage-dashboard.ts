import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, AlarmStatusWidget, Dashboard, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { StageConfig } from '../config/read-stage.ts';
import type { Table } from '../data/table.ts';
import type { Cdn } from '../edge/cdn.ts';
import { cdnRow, firewallRow } from '../edge/edge-rows.ts';
import type { WebAcl } from '../edge/web-acl.ts';
import type { Front } from '../fronts/front.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import type { WatchFunction } from '../watch/watch-function.ts';
import { watchRow } from '../watch/watch-row.ts';
import { ALL_WIDTH } from './graphs.ts';
import { businessRow, deploymentsRow, functionRows, tablesRow } from './service.ts';

export interface StageDashboardProps {
  /** Of the dashboard, in the whole account. */
  readonly name: string;
  readonly config: StageConfig;
  readonly api: Stack & {
    readonly fn: LambdaFunction;
    readonly functions: readonly ServiceFunction[];
    readonly watch: WatchFunction | undefined;
    readonly fronts: readonly Front[];
    readonly alarms: readonly string[];
  };
  /** @default - CloudFront is not in front */
  readonly edge?:
    | (Stack & { readonly cdn: Cdn; readonly acl: WebAcl | undefined; readonly alarms: readonly string[] })
    | undefined;
  readonly tables: readonly Table[];
}

/** The dashboard of a stage: first what users feel, then each tier, from the front to the tables. */
export class StageDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, config, api, edge, tables }: StageDashboardProps) {
    super(scope, id);
    const { fn, fronts } = api;
    const { stage, region } = config;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: name, defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(new TextWidget({ markdown: titleOf(name, config), width: ALL_WIDTH, height: 2 }));
    const alarms = [api, edge].flatMap((stack) => stack?.alarms.map((alarm) => this.alarmOf(stack, alarm)) ?? []);
    if (alarms.length > 0) {
      dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: ALL_WIDTH, height: 4 }));
    }
    if (edge) dashboard.addWidgets(...cdnRow(edge.cdn, config.availabilityObjective));
    const behind = edge ? 'Behind CloudFront' : 'What users feel';
    for (const row of fronts.flatMap((front) => front.rowsOf(behind))) dashboard.addWidgets(...row);
    dashboard.addWidgets(...businessRow(fn, stage, region));
    for (const row of api.functions.flatMap((one) => functionRows(one, region))) dashboard.addWidgets(...row);
    if (api.watch) dashboard.addWidgets(...watchRow(api.watch, region));
    dashboard.addWidgets(...deploymentsRow(fn, region));
    dashboard.addWidgets(...tablesRow(tables, region));
    if (edge?.acl) dashboard.addWidgets(...firewallRow(edge.acl));
  }

  /** By its name, which is known: a reference to each would tie the stacks together. */
  private alarmOf({ region }: Stack, name: string) {
    const arn = Stack.of(this).formatArn({
      service: 'cloudwatch',
      region,
      resource: 'alarm',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return Alarm.fromAlarmArn(this, name, arn);
  }
}

function titleOf(name: string, { availabilityObjective }: StageConfig): string {
  return [
    `# ${name}`,
    `${availabilityObjective}% of the requests are to succeed (docs/slo.md). What to do when an alarm is raised stands in docs/runbooks/.`,
  ].join('\n');
}
