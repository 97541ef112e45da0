import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Code, EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { NOTICE_PREFIX } from '../../lambda/core/telling/notice.ts';
import { SEND_ENV } from '../../lambda/notify/send-env.ts';
import type { AlarmSet } from '../alarms/alarm-set.ts';
import type { Table } from '../data/table.ts';
import { ServiceFunction } from '../function/service-function.ts';
import { addSendAlarms } from './send-alarms.ts';
import { type TellingPlace, tellingEnvironment } from './telling-environment.ts';

export interface SendFunctionProps extends TellingPlace {
  readonly stage: string;
  readonly code: Code;
  /** The tables of the stage, of which that of the roll has the notices in its stream. */
  readonly tables: readonly Table[];
  readonly logRetention: RetentionDays;
  /** @default - no mails are sent */
  readonly mailFrom?: string | undefined;
  readonly sms: boolean;
}

/** Longer than the longest batch: a channel is given up after 10 seconds, and tried three times. */
const TIMEOUT = Duration.seconds(60);
const DEAD_LETTERS_KEPT = Duration.days(14);

/**
 * The function that sends what waits in the stream of the roll. It is outside of the VPC, where the world is, and may do
 * little: read and settle notices, send mails as one sender, and keep the one key that opens the secrets of channels.
 */
export class SendFunction extends ServiceFunction {
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: SendFunctionProps) {
    const { stage, tables, logRetention, code, mailFrom } = props;
    const parameter = `/rollcall/${stage}/channel-key`;
    super(scope, id, {
      description: 'Tells people what the watch has noticed',
      code,
      uses: { as: 'send', tables },
      memoryMb: 256,
      timeout: TIMEOUT,
      logRetention,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [SEND_ENV.stage]: stage,
        [SEND_ENV.keyParameter]: parameter,
        ...(mailFrom && { [SEND_ENV.mailFrom]: mailFrom }),
        ...tellingEnvironment(props),
        ...(props.sms && { [SEND_ENV.sms]: '1' }),
      },
      monitoring: {
        alarmPrefix: 'send',
        title: 'Send',
        errors: { impact: 'People are told of outages late, or not at all.', runbook: 'dead-letters' },
        throttles: { impact: 'People are told of outages late.', runbook: 'function-throttles' },
        duration: {
          impact: 'People are told of outages late: somebody who is told answers slowly.',
          runbook: 'dead-letters',
        },
      },
      traces: { noneBecause: 'What it did with each notice stands in the notice, and in its log.' },
      deadLetters: { noneBecause: 'The stream hands what fails to a queue of its own.' },
    });
    this.deadLetters = this.receive(rollAmong(tables));
    this.allowKey(parameter);
    if (mailFrom) this.allowMail(mailFrom);
    if (props.sms) this.allowSms();
  }

  addAlarms(alarms: AlarmSet, stage: string): void {
    addSendAlarms(alarms, { fn: this.fn, deadLetters: this.deadLetters, stage });
  }

  /** New notices, and those that the watch hands on once more; each channel in its order, and ten at a time. */
  private receive(roll: Table): Queue {
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: DEAD_LETTERS_KEPT,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(deadLetters).acknowledge(
      { id: 'AwsSolutions-SQS3', reason: 'It is the queue of dead letters itself.' },
      { id: 'Serverless-SQSRedrivePolicy', reason: 'It is the queue of dead letters itself.' },
    );
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: this.fn,
      eventSourceArn: roll.streamArn,
      // What is written between the deployment and the first look is told, too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      parallelizationFactor: 10,
      bisectBatchOnError: true,
      retryAttempts: 3,
      maxRecordAge: Duration.hours(1),
      onFailure: new SqsDlq(deadLetters),
      filters: NOTICES.map((filter) => FilterCriteria.filter(filter)),
    });
    this.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [roll.streamArn]);
    mapping.node.addDependency(this.role);
    return deadLetters;
  }

  private allowKey(name: string): void {
    const arn = Stack.of(this).formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) });
    this.allow(['ssm:GetParameter'], [arn]);
    // It makes the key, and replaces none.
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['ssm:PutParameter'],
        resources: [arn],
        conditions: { StringEquals: { 'ssm:Overwrite': 'false' } },
      }),
    );
  }

  private allowMail(from: string): void {
    const address = /<([^<>]+)>$/.exec(from)?.[1] ?? from;
    const identities = [address, address.split('@')[1] ?? ''];
    const arnOf = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: identities.map(arnOf),
        conditions: { StringEquals: { 'ses:FromAddress': address } },
      }),
    );
  }

  /** To numbers, which are no resources, and to no topic (SNS developer guide, "Example policies"). */
  private allowSms(): void {
    this.allow(['sns:Publish'], ['*']);
    const topics = Stack.of(this).formatArn({ service: 'sns', region: '*', account: '*', resource: '*' });
    this.role.addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['sns:Publish'], resources: [topics] }));
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'A phone number is no resource; topics, which are, are denied.',
    });
  }

  private allow(actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources }));
  }
}

/** @throws TypeError if the stage has none */
function rollAmong(tables: readonly Table[]): Table {
  const roll = tables.find(({ tableId }) => tableId === 'roll');
  if (roll === undefined) throw new TypeError('There is no table of the roll.');
  return roll;
}

const NOTICE_KEYS = { pk: { S: FilterRule.beginsWith(NOTICE_PREFIX) } };
/** What of the stream is handed on (Lambda developer guide, "Event filtering with DynamoDB"); the rest costs nothing. */
const NOTICES = [
  { eventName: FilterRule.isEqual('INSERT'), dynamodb: { Keys: NOTICE_KEYS } },
  {
    eventName: FilterRule.isEqual('MODIFY'),
    dynamodb: { Keys: NOTICE_KEYS, NewImage: { redrive: { N: FilterRule.exists() } } },
  },
];
