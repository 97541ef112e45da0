import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { AlarmSet } from '../../../lib/alarms/alarm-set.ts';
import { addFunctionAlarms } from '../../../lib/alarms/function-alarms.ts';
import { functionRows } from '../../../lib/dashboard/service.ts';
import { DataStack } from '../../../lib/data/data-stack.ts';
import { codeFrom } from '../../../lib/function/bundles.ts';
import { ServiceFunction, type ServiceFunctionProps } from '../../../lib/function/service-function.ts';

const REASON = { noneBecause: 'It is one of a test.' };
const MONITORING = {
  alarmPrefix: 'watch',
  title: 'Watch',
  errors: { impact: 'Nobody is told.', runbook: 'function-errors' },
  throttles: { impact: 'Nobody is told in time.', runbook: 'function-throttles' },
  duration: { impact: 'Somebody is told late.', runbook: 'slow-answers' },
};

function construct(props: Partial<ServiceFunctionProps> = {}) {
  const app = new App();
  const data = new DataStack(app, 'data', {
    protection: { protect: false, recoveryDays: 1 },
    limits: {},
    users: ['api'],
  });
  const stack = new Stack(app, 'api');
  const fn = new ServiceFunction(stack, 'Watch', {
    code: Code.fromInline('exports.handler = () => {}'),
    memoryMb: 128,
    timeout: Duration.seconds(10),
    logRetention: 14,
    uses: { as: 'api', tables: data.tables },
    monitoring: REASON,
    traces: REASON,
    deadLetters: REASON,
    ...props,
  });
  return { stack, fn };
}

/** The names and the thresholds of the alarms that a function has. */
function alarmsOf(props: Partial<ServiceFunctionProps>) {
  const { stack, fn } = construct(props);
  addFunctionAlarms(new AlarmSet(stack, new Topic(stack, 'Topic')), fn);
  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  return alarms.map(({ Properties }) => [Properties.AlarmName, Properties.AlarmDescription]);
}

describe('a function', () => {
  it('has what its caller gives it beside what every function has', () => {
    const { stack } = construct({ environment: { EVERY: '1' }, description: 'Looks' });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Looks',
      Runtime: 'nodejs24.x',
      LoggingConfig: { LogFormat: 'JSON' },
      Environment: { Variables: { EVERY: '1', TIMESTAMPS_TABLE: {}, PEOPLE_TABLE: {} } },
    });
  });

  it('is outside of the VPC, and reaches no table, unless it is told so', () => {
    const { stack } = construct({ uses: undefined });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toMatch(/ec2:|dynamodb:/);
  });

  it('has the alarms and the row that it states, with their meaning and their runbooks', () => {
    expect(alarmsOf({ monitoring: MONITORING })).toEqual([
      ['api-watch-errors', expect.stringMatching(/^Nobody is told\. .*function-errors\.md$/)],
      ['api-watch-throttles', expect.stringMatching(/^Nobody is told in time\. .*function-throttles\.md$/)],
      ['api-watch-duration', expect.stringMatching(/^Somebody is told late\. .*slow-answers\.md$/)],
    ]);
    const [row] = functionRows(construct({ monitoring: MONITORING }).fn, 'eu-west-1');
    expect(JSON.stringify(row?.map((widget) => widget.toJson()))).toContain('"title":"Watch: invocations a minute"');
  });

  it('has no alarm and no row when it states why', () => {
    expect(alarmsOf({})).toEqual([]);
    expect(functionRows(construct().fn, 'eu-west-1')).toEqual([]);
  });

  it('gets the code of the bundle that has its name, and says which there are', () => {
    const codeOf = codeFrom({ api: import.meta.filename });
    expect(codeOf('api')).toBeInstanceOf(Code);
    expect(() => codeOf('wacth')).toThrow('build/bundle.ts bundles no function wacth; it has: api.');
  });
});
