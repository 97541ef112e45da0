import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { AlarmSet } from '../../../lib/alarms/alarm-set.ts';
import { DataStack } from '../../../lib/data/data-stack.ts';
import { SendFunction, type SendFunctionProps } from '../../../lib/notify/send-function.ts';

function construct(props: Partial<SendFunctionProps> = {}) {
  const app = new App();
  const env = { region: 'eu-west-1', account: '123456789012' };
  const protection = { protect: false, recoveryDays: 1 };
  const { tables } = new DataStack(app, 'data', { env, protection, limits: {}, users: ['send'] });
  const [roll] = tables;
  if (roll === undefined) throw new Error('there is no table');
  const stack = new Stack(app, 'api', { env });
  const code = Code.fromInline('exports.handler = () => {}');
  const notify = new SendFunction(stack, 'Send', {
    stage: 'prod',
    code,
    tables,
    logRetention: 14,
    channels: [],
    zone: 'UTC',
    sms: false,
    ...props,
  });
  notify.addAlarms(new AlarmSet(stack, new Topic(stack, 'Topic')), 'prod');
  return { template: Template.fromStack(stack), data: Template.fromStack(Stack.of(roll)) };
}

/** The rights of the function: what, on what, under which conditions. */
function rightsOf(template: Template): string[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(
      ({ Effect, Action, Resource, Condition }: Readonly<Record<string, unknown>>) =>
        [Action]
          .flat()
          .map(
            (action) =>
              `${Effect} ${action} on ${JSON.stringify(Resource)}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`,
          ),
    ),
  );
}

describe('the function that sends', () => {
  it('is outside of the VPC, and is given new notices, and those that are handed on again, and nothing else', () => {
    const { template, data } = construct();
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.absent(), Timeout: 60 });
    data.hasResourceProperties('AWS::DynamoDB::GlobalTable', { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    const [mapping] = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    expect(mapping?.Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
      ParallelizationFactor: 10,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: expect.anything() } },
    });
    const filters = mapping?.Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) =>
      JSON.parse(Pattern),
    );
    const Keys = { pk: { S: [{ prefix: 'm#' }] } };
    expect(filters).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys } },
      { eventName: ['MODIFY'], dynamodb: { Keys, NewImage: { redrive: { N: [{ exists: true }] } } } },
    ]);
  });

  it('has the rights to settle notices and to keep its key, and no other', () => {
    const { template } = construct();
    const rights = rightsOf(template).map((right) => right.replace(/ on .*?(?= if |$)/, ''));
    expect(rights.toSorted()).toEqual([
      'Allow dynamodb:DescribeStream',
      'Allow dynamodb:GetItem if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["c","k","m#*"]}}',
      'Allow dynamodb:GetRecords',
      'Allow dynamodb:GetShardIterator',
      'Allow dynamodb:PutItem if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["c","k","m#*"]}}',
      'Allow dynamodb:Query if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["c","k","m#*"]}}',
      'Allow dynamodb:UpdateItem if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["c","k","m#*"]}}',
      'Allow logs:CreateLogStream',
      'Allow logs:PutLogEvents',
      'Allow sqs:GetQueueAttributes',
      'Allow sqs:GetQueueUrl',
      'Allow sqs:SendMessage',
      'Allow ssm:GetParameter',
      'Allow ssm:PutParameter if {"StringEquals":{"ssm:Overwrite":"false"}}',
    ]);
    for (const right of rightsOf(template)) expect(right).not.toContain('"*"');
    const parameter = rightsOf(template).filter((right) => right.includes('ssm:'));
    for (const right of parameter)
      expect(right).toContain(':ssm:eu-west-1:123456789012:parameter/rollcall/prod/channel-key"');
  });

  it('may send mails as its sender, and texts to numbers and no topic, if the stage does', () => {
    const { template } = construct({
      mailFrom: 'Rollcall <rollcall@example.com>',
      sms: true,
      channels: ['ops', 'all'],
    });
    const rights = rightsOf(template).filter((right) => /ses:|sns:/.test(right));
    expect(rights).toHaveLength(3);
    expect(rights[0]).toMatch(
      /^Allow ses:SendEmail on .*identity\/rollcall@example\.com.*identity\/example\.com.* if .*"ses:FromAddress":"rollcall@example\.com"/,
    );
    expect(rights[1]).toBe('Allow sns:Publish on "*"');
    expect(rights[2]).toMatch(/^Deny sns:Publish on .*:sns:\*:\*:\*/);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { MAIL_FROM: 'Rollcall <rollcall@example.com>', DEFAULT_CHANNELS: 'ops,all', SMS: '1' },
      },
    });
  });

  it('has an alarm for what is left behind, late, or taken by nobody, with runbooks that there are', () => {
    const { template } = construct();
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(alarms).toEqual(['api-send-dead-letters', 'api-send-behind', 'api-send-lost']);
  });

  it('keeps dead letters for two weeks, encrypted, and takes them by TLS alone', () => {
    construct().template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });
});
