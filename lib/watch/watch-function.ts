import { Duration, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Code, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { WATCH_ENV } from '../../lambda/watch/env.ts';
import type { Table } from '../data/table.ts';
import type { Isolation } from '../function/isolation.ts';
import { ServiceFunction } from '../function/service-function.ts';
import { type TellingPlace, tellingEnvironment } from '../notify/telling-environment.ts';

export interface WatchFunctionProps extends TellingPlace {
  /** The name under which it counts. */
  readonly stage: string;
  readonly code: Code;
  readonly isolation: Isolation;
  readonly tables: readonly Table[];
  readonly shards: number;
  /** @default - as many as are written */
  readonly readShards?: number | undefined;
  readonly logRetention: RetentionDays;
}

/** By measurement (docs/scale.md): a tick of 10,000 sources takes 150 MB, and a processor is bought by memory. */
const MEMORY_MB = 512;
/** Less than the time to the next tick. */
const TIMEOUT = Duration.seconds(55);
const EVERY = Duration.minutes(1);

/** The watch: a function, invoked once a minute. Nobody invokes it again when it fails: the next minute does. */
export class WatchFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, props: WatchFunctionProps) {
    const { code, isolation, tables, logRetention, stage, shards, readShards } = props;
    super(scope, id, {
      description: 'Notices once a minute who has not answered',
      code,
      isolation,
      uses: { as: 'watch', tables },
      memoryMb: MEMORY_MB,
      timeout: TIMEOUT,
      logRetention,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [WATCH_ENV.shards]: String(shards),
        ...(readShards && { [WATCH_ENV.readShards]: String(readShards) }),
        [WATCH_ENV.stage]: stage,
        ...tellingEnvironment(props),
      },
      systemLogLevel: SystemLogLevel.WARN,
      monitoring: { noneBecause: 'The alarm watch-late says that no tick has succeeded, for whatever reason.' },
      traces: { noneBecause: 'Nobody waits for it; its line of the log says what took how long.' },
      deadLetters: { noneBecause: 'A tick that failed is made good by the next one; nothing is queued.' },
    });
    this.fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    Validations.of(this.fn).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'A tick that failed is made good by the next one, a minute later; the alarm watch-late says so.',
    });
    const role = new Role(this, 'ScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    const rights = new Policy(this, 'ScheduleRights', {
      roles: [role],
      statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.fn.functionArn] })],
    });
    const schedule = new Schedule(this, 'Schedule', {
      schedule: ScheduleExpression.rate(EVERY),
      description: 'The watch, once a minute',
      target: new LambdaInvoke(this.fn, {
        // CDK would add the right to invoke every version.
        role: role.withoutPolicyUpdates(),
        retryAttempts: 0,
        maxEventAge: EVERY,
        input: ScheduleTargetInput.fromObject({}),
      }),
    });
    schedule.node.addDependency(rights);
  }
}
