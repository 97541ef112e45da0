import { Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** The text of an alarm, for those who are woken by it. */
export interface AlarmText {
  /** The harm to users. */
  readonly impact: string;
  /** A file of docs/runbooks, without its ending. */
  readonly runbook: string;
  /** The minutes of its failure after which it notifies at the latest; test/lib/alarms holds it to that. */
  readonly minutes: number;
}

/** Three bad minutes of five, and as many more as it may take AWS to have the data. */
export const THREE_OF_FIVE = { datapoints: [3, 5], minutes: 8 } as const;

/** The condition on which an alarm is raised. */
export interface AlarmCondition {
  readonly metric: IMetric;
  /** It is raised above this. */
  readonly threshold: number;
  /** How many of how many periods must be above it. */
  readonly datapoints: readonly [number, number];
  /** Whether a period without data is a bad one. @default false */
  readonly missingIsBad?: boolean;
}

export interface AlarmProps extends AlarmText, AlarmCondition {
  /** @default true */
  readonly notifiesWhenOver?: boolean;
  /** Whether a deployment that goes on is taken back when it is raised. @default false */
  readonly stopsDeployment?: boolean;
}

/**
 * The alarms of a stack, which notify one topic. Missing data is no failure to them unless they say so: what counts failures
 * says nothing when there are none, and without requests nobody suffers. An alarm is named after its stack, so that a mail
 * and a runbook can name it.
 */
export class AlarmSet {
  /** The names of those that notify. */
  readonly names: string[] = [];
  /** Those that take a deployment back. */
  readonly stopping: Alarm[] = [];
  private readonly scope: Construct;
  private readonly action: SnsAction;

  constructor(scope: Construct, topic: ITopic) {
    this.scope = scope;
    this.action = new SnsAction(topic);
  }

  /** Adds an alarm that notifies. */
  add(name: string, { notifiesWhenOver = true, stopsDeployment = false, ...props }: AlarmProps): void {
    const alarm = this.raise(name, props, describe(props));
    if (stopsDeployment) this.stopping.push(alarm);
    this.notify(name, alarm, notifiesWhenOver);
  }

  /** Adds an alarm that notifies when all of its conditions hold; by themselves they notify nobody. */
  addAll(name: string, conditions: Readonly<Record<string, AlarmCondition>>, text: AlarmText): void {
    const parts = Object.entries(conditions).map(([part, condition]) =>
      this.raise(`${name}-${part}`, condition, `Part of ${this.nameOf(name)}; tells nobody. ${runbookOf(text)}`),
    );
    const composite = new CompositeAlarm(this.scope, name, {
      compositeAlarmName: this.nameOf(name),
      alarmDescription: describe(text),
      alarmRule: AlarmRule.allOf(...parts),
    });
    this.notify(name, composite, true);
  }

  private raise(
    name: string,
    { metric, threshold, datapoints, missingIsBad }: AlarmCondition,
    alarmDescription: string,
  ): Alarm {
    const [datapointsToAlarm, evaluationPeriods] = datapoints;
    return new Alarm(this.scope, name, {
      alarmName: this.nameOf(name),
      alarmDescription,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: missingIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }

  private notify(name: string, alarm: AlarmBase, notifiesWhenOver: boolean): void {
    alarm.addAlarmAction(this.action);
    if (notifiesWhenOver) alarm.addOkAction(this.action);
    this.names.push(this.nameOf(name));
  }

  private nameOf(name: string): string {
    return `${Stack.of(this.scope).stackName}-${name}`;
  }
}

function describe(text: AlarmText): string {
  return `${text.impact} Tells within ${text.minutes} minutes. ${runbookOf(text)}`;
}

function runbookOf({ runbook }: AlarmText): string {
  return `Runbook: docs/runbooks/${runbook}.md`;
}
