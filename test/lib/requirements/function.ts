import { expect } from 'vitest';
import type { CfnTemplate } from '../../support/synth.ts';
import type { Expected } from './expected.ts';
import { anything, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

/** The beginnings of the logical ids of the functions in the VPC: Api, Watch. */
function namesInVpc(template: CfnTemplate): string[] {
  const functions = ofType(template, 'AWS::Lambda::Function').filter(
    ([, it]) => it.Properties?.VpcConfig !== undefined,
  );
  expect(functions.length).toBeGreaterThan(0);
  return functions.map(([id]) => id.replace(/Function[0-9A-F]{8}$/, ''));
}

/** The function: what it is, what it may do, where it may connect to. */
export const functionRequirements = ({
  stage,
  memoryMb,
  shards,
  concurrency,
  hasCdn,
  asksForKeys,
}: Expected): Requirement[] => [
  {
    name: 'the function runs the bundle on Node 24 and arm64, in the isolated subnets, with what the configuration says',
    check: ({ api }) => {
      const fn = propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction');
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'handler.handler',
        MemorySize: memoryMb,
        Timeout: 10,
        Environment: {
          Variables: {
            SHARDS: String(shards),
            METRICS_STAGE: stage,
            NODE_OPTIONS: '--enable-source-maps',
            TIMESTAMPS_TABLE: anything,
            PEOPLE_TABLE: anything,
            ROLL_TABLE: anything,
            ...(asksForKeys && { ACCESS: 'keys', KEYS_TABLE: anything }),
          },
        },
        LoggingConfig: {
          LogFormat: 'JSON',
          SystemLogLevel: 'WARN',
          LogGroup: { Ref: expect.stringMatching(/^ApiLogGroup/) },
        },
        VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^ApiSecurityGroup/), 'GroupId'] }] },
      });
      expect(fn.ReservedConcurrentExecutions).toBe(concurrency);
      const { Variables = {} } = JSON.parse(textOf(fn.Environment));
      if (!asksForKeys) expect(Object.keys(Variables).filter((name) => /ACCESS|KEYS/.test(name))).toEqual([]);
      expect(textOf(fn.VpcConfig).match(/VpcIsolatedSubnet\dSubnet/g)).toEqual([
        'VpcIsolatedSubnet1Subnet',
        'VpcIsolatedSubnet2Subnet',
      ]);
    },
  },
  {
    name: "the function's role may log, send traces, have network interfaces, and call its tables and index",
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::IAM::Role', 'ApiRole')).not.toHaveProperty('ManagedPolicyArns');
      const statement = propertiesOf(api, 'AWS::IAM::Policy', 'ApiRole').PolicyDocument;
      const table = { 'Fn::ImportValue': expect.stringContaining('TimestampsTable') };
      const roll = { 'Fn::ImportValue': expect.stringContaining('RollTable') };
      expect(statement).toMatchObject({
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ApiLogGroup/), 'Arn'] },
          },
          { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
          { Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], Resource: table },
          { Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [table, '/index/bySource']] } },
          {
            Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
            Resource: { 'Fn::ImportValue': expect.stringContaining('PeopleTable') },
          },
          ...(asksForKeys
            ? [{ Action: 'dynamodb:Query', Resource: { 'Fn::ImportValue': expect.stringContaining('KeysTable') } }]
            : []),
          {
            Action: [
              'dynamodb:DeleteItem',
              'dynamodb:GetItem',
              'dynamodb:PutItem',
              'dynamodb:Query',
              'dynamodb:UpdateItem',
            ],
            Resource: roll,
          },
          { Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [roll, '/index/listed']] } },
        ],
      });
      expect(propertiesOf(api, 'AWS::IAM::Policy', 'ApiNetworkInterfaces').PolicyDocument).toMatchObject({
        Statement: [{ Resource: '*' }],
      });
      const policies = ofType(api, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
        textOf(Properties?.Roles).includes('ApiRole'),
      );
      expect(policies).toHaveLength(3);
      expect(propertiesOf(api, 'AWS::IAM::Policy', 'ApiNoNetworkInterfacesForCode').PolicyDocument).toMatchObject({
        Statement: [{ Effect: 'Deny', Condition: { ArnLike: { 'lambda:SourceFunctionArn': anything } } }],
      });
    },
  },
  {
    name: 'the watch runs its bundle in the isolated subnets, and may log, and call its tables and the index of the records',
    check: ({ api }) => {
      const fn = propertiesOf(api, 'AWS::Lambda::Function', 'WatchFunction');
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: 55,
        Environment: {
          Variables: {
            SHARDS: String(shards),
            METRICS_STAGE: stage,
            TIMESTAMPS_TABLE: anything,
            ROLL_TABLE: anything,
          },
        },
        VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^WatchSecurityGroup/), 'GroupId'] }] },
      });
      expect(fn.ReservedConcurrentExecutions).toBeUndefined();
      const timestamps = { 'Fn::ImportValue': expect.stringContaining('TimestampsTable') };
      const { Statement } = JSON.parse(
        JSON.stringify(propertiesOf(api, 'AWS::IAM::Policy', 'WatchRole').PolicyDocument),
      );
      expect(Statement).toEqual([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [expect.stringMatching(/^WatchLogGroup/), 'Arn'] },
        },
        { Effect: 'Allow', Action: 'dynamodb:Query', Resource: timestamps },
        { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [timestamps, '/index/bySource']] } },
        {
          Effect: 'Allow',
          Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
          Resource: { 'Fn::ImportValue': expect.stringContaining('RollTable') },
        },
      ]);
    },
  },
  {
    name: 'a schedule invokes the watch each minute, with the right to invoke it alone; nobody tries a tick again',
    check: ({ api }) => {
      const watch = { 'Fn::GetAtt': [expect.stringMatching(/^WatchFunction/), 'Arn'] };
      expect(propertiesOf(api, 'AWS::Scheduler::Schedule')).toMatchObject({
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: watch,
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^WatchScheduleRole/), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      });
      expect(propertiesOf(api, 'AWS::IAM::Policy', 'WatchScheduleRights').PolicyDocument).toMatchObject({
        Statement: [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: watch }],
      });
      expect(propertiesOf(api, 'AWS::Lambda::EventInvokeConfig')).toMatchObject({
        MaximumEventAgeInSeconds: 60,
        MaximumRetryAttempts: 0,
      });
    },
  },
  {
    name: 'the security group of each function in the VPC opens port 443 to DynamoDB, and nothing else',
    check: ({ api }) => {
      for (const name of namesInVpc(api)) {
        const group = propertiesOf(api, 'AWS::EC2::SecurityGroup', name);
        expect(group.SecurityGroupIngress).toBeUndefined();
        expect(group.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }]);
        expect(propertiesOf(api, 'AWS::EC2::SecurityGroupEgress', name)).toMatchObject({
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          DestinationPrefixListId: { 'Fn::GetAtt': [expect.stringMatching(/^DynamoDb/), 'PrefixLists.0.PrefixListId'] },
        });
      }
      expect(ofType(api, 'AWS::EC2::SecurityGroupEgress')).toHaveLength(namesInVpc(api).length);
    },
  },
  {
    name: 'the group of each function in the VPC goes before the right to remove its network interfaces',
    check: ({ api }) => {
      for (const name of namesInVpc(api)) {
        for (const type of ['AWS::EC2::SecurityGroup', 'AWS::Lambda::Function']) {
          const [resource] = ofType(api, type).filter(([id]) => id.startsWith(name));
          expect(resource?.[1].DependsOn).toContainEqual(expect.stringMatching(`^${name}NetworkInterfaces`));
        }
      }
    },
  },
  {
    name: hasCdn
      ? 'the function knows what CloudFront shows, by references that CloudFormation resolves'
      : 'the function asks for no secret',
    check: ({ api }) => {
      const { Environment } = propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction');
      const parts = (id: string) => ['{{resolve:secretsmanager:', { Ref: id }, ':SecretString:::}}'];
      const [secret] = ofType(api, 'AWS::SecretsManager::Secret');
      expect(Environment).toMatchObject({
        Variables: hasCdn
          ? { ORIGIN_SECRETS: { 'Fn::Join': ['', parts(secret?.[0] ?? '')] } }
          : expect.not.objectContaining({ ORIGIN_SECRETS: anything }),
      });
    },
  },
];
