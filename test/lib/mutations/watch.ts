import { type Mutation, remove, replace, set, without } from './mutation.ts';

/** Of a stage with the watch. */
export const WATCH: readonly Mutation[] = [
  { what: 'that nobody invokes the watch', type: 'AWS::Scheduler::Schedule', change: remove },
  { what: 'that the schedule is off', type: 'AWS::Scheduler::Schedule', change: set('State', 'DISABLED') },
  {
    what: 'that the watch looks seldom',
    type: 'AWS::Scheduler::Schedule',
    change: set('ScheduleExpression', 'rate(5 minutes)'),
  },
  {
    what: 'that ticks come when they like',
    type: 'AWS::Scheduler::Schedule',
    change: set('FlexibleTimeWindow', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 }),
  },
  {
    what: 'that the schedule may invoke whatever there is',
    type: 'AWS::IAM::Policy',
    prefix: 'WatchScheduleRights',
    change: set('PolicyDocument', {
      Statement: [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: '*' }],
    }),
  },
  {
    what: 'that Lambda tries ticks again, which come late then',
    type: 'AWS::Lambda::EventInvokeConfig',
    change: without('MaximumRetryAttempts'),
  },
  {
    what: 'that the watch takes executions from the function that answers',
    type: 'AWS::Lambda::Function',
    prefix: 'WatchFunction',
    change: set('ReservedConcurrentExecutions', 1),
  },
  {
    what: 'that two ticks overlap by their time-out',
    type: 'AWS::Lambda::Function',
    prefix: 'WatchFunction',
    change: set('Timeout', 120),
  },
  {
    what: 'that the watch reads fewer shards than are written',
    type: 'AWS::Lambda::Function',
    prefix: 'WatchFunction',
    change: replace('Environment', '"SHARDS":', '"OTHER":'),
  },
  {
    what: 'that the watch may write records',
    type: 'AWS::IAM::Policy',
    prefix: 'WatchRole',
    change: replace('PolicyDocument', '"Action":"dynamodb:Query"', '"Action":["dynamodb:PutItem","dynamodb:Query"]'),
  },
  {
    what: 'that the watch may delete what the roll says',
    type: 'AWS::IAM::Policy',
    prefix: 'WatchRole',
    change: replace('PolicyDocument', '"dynamodb:UpdateItem"', '"dynamodb:UpdateItem","dynamodb:DeleteItem"'),
  },
  {
    what: 'that the group of the watch is open',
    type: 'AWS::EC2::SecurityGroup',
    prefix: 'Watch',
    change: set('SecurityGroupEgress', [{ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }]),
  },
];
