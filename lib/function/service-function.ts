import { type Duration, Validations } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { VersionOptions } from 'aws-cdk-lib/aws-lambda';
import { type Code, Function as LambdaFunction, type SystemLogLevel, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { TableUser } from '../../lambda/core/dynamo/tables.ts';
import type { AlarmText } from '../alarms/alarm-set.ts';
import type { Table } from '../data/table.ts';
import { FUNCTION_DEFAULTS, loggedRole } from './function-defaults.ts';
import { denyNetworkInterfacesToCode, type Isolation, isolate } from './isolation.ts';

/** The meaning of an alarm for users, and the runbook to open. */
export type AlarmMeaning = Pick<AlarmText, 'impact' | 'runbook'>;

/** The alarms and the row of the dashboard that a function has. */
export interface FunctionMonitoring {
  /**
   * The beginning of the names of its alarms: `lambda` for `lambda-errors`. No two functions of a stage have the same.
   */
  readonly alarmPrefix: string;
  /** The beginning of the titles of its graphs. */
  readonly title: string;
  /** It crashes, or reaches its time-out. */
  readonly errors: AlarmMeaning;
  /** Lambda has no room to run it. */
  readonly throttles: AlarmMeaning;
  /** It takes nearly as long as it may. */
  readonly duration: AlarmMeaning;
}

/** The reason for which something is left out that others have. */
export interface LeftOut {
  readonly noneBecause: string;
}

export interface ServiceFunctionProps {
  /** @default - none */
  readonly description?: string;
  /** A bundle of build/bundle.ts. */
  readonly code: Code;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** The number that may run at the same time. @default - as many as the account has */
  readonly reservedConcurrency?: number | undefined;
  readonly logRetention: RetentionDays;
  /** @default - it runs outside of the VPC */
  readonly isolation?: Isolation | undefined;
  /** The name under which the registry of tables says what it may do, and the tables. @default - it reaches none */
  readonly uses?: { readonly as: TableUser; readonly tables: readonly Table[] } | undefined;
  /** Variables beside those that name the tables. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** From which level on Lambda's own lines are logged. @default - INFO */
  readonly systemLogLevel?: SystemLogLevel;
  /** @default - versions go with the stack */
  readonly versions?: VersionOptions;
  /** The alarms, with what they mean and what is to be done; or the reason why there are none. */
  readonly monitoring: FunctionMonitoring | LeftOut;
  /** Whether X-Ray gets its traces. */
  readonly traces: 'active' | LeftOut;
  /** Where its failures go: nothing of ours needs a queue for them yet. */
  readonly deadLetters: LeftOut;
  /** The ids of what must not change its logical id. @default - Function and Role */
  readonly ids?: { readonly function: string; readonly role: string };
}

/**
 * A function of ours: a bundle with a log that expires, a role with no right but those that are asked for, a place in
 * the VPC or none, and a word on what is watched. Whatever the caller gives stands beside the rest, and in the place of
 * nothing.
 */
export class ServiceFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly timeout: Duration;
  readonly monitoring: FunctionMonitoring | LeftOut;
  protected readonly role: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { isolation, uses, traces, ids = { function: 'Function', role: 'Role' } } = props;
    const { logGroup, role } = loggedRole(this, ids.role, props.logRetention);
    const isolated = isolation && isolate(this, role, isolation);
    this.fn = new LambdaFunction(this, ids.function, {
      ...FUNCTION_DEFAULTS,
      ...(props.description !== undefined && { description: props.description }),
      code: props.code,
      role,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      ...(props.reservedConcurrency && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(isolation && { vpc: isolation.vpc, vpcSubnets: isolation.subnets }),
      ...(isolated && { securityGroups: [isolated.securityGroup] }),
      logGroup,
      ...(props.systemLogLevel && { systemLogLevelV2: props.systemLogLevel }),
      // Lambda sends traces itself, not from inside of the VPC.
      tracing: traces === 'active' ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.versions && { currentVersionOptions: props.versions }),
      environment: { ...props.environment },
    });
    if (isolated) {
      this.fn.node.addDependency(isolated.networkInterfaces, isolated.securityGroup);
      denyNetworkInterfacesToCode(this, role, this.fn);
    }
    for (const table of uses?.tables ?? []) if (uses) table.bindTo(this.fn, uses.as);
    this.timeout = props.timeout;
    this.monitoring = props.monitoring;
    this.role = role;
    this.acknowledge(props);
  }

  private acknowledge({ deadLetters, traces }: ServiceFunctionProps): void {
    Validations.of(this.fn).acknowledge({ id: 'Serverless-LambdaDLQ', reason: deadLetters.noneBecause });
    if (traces === 'active') {
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'xray:PutTraceSegments and xray:PutTelemetryRecords, which only add, cannot be limited to a resource.',
      });
    } else {
      Validations.of(this.fn).acknowledge({ id: 'Serverless-LambdaTracing', reason: traces.noneBecause });
    }
  }
}
