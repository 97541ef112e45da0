/** What the templates of the poc stage must hold, each as a check that throws. */
import { expect } from 'vitest';
import { routes } from '../../lambda/routes.ts';
import type { CfnTemplate, Json, Resource, Templates } from '../support/synth.ts';

export interface Requirement {
  readonly name: string;
  readonly check: (templates: Templates) => void;
}

/** The resources of a type, by logical id. */
export function ofType({ Resources }: CfnTemplate, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** The properties of the one resource of a type whose logical id begins so. */
export function propertiesOf(template: CfnTemplate, type: string, prefix = ''): Readonly<Record<string, Json>> {
  const found = ofType(template, type).filter(([id]) => id.startsWith(prefix));
  expect(found, `${type} ${prefix}`).toHaveLength(1);
  return found[0]?.[1].Properties ?? {};
}

function allProperties(template: CfnTemplate, type: string): Readonly<Record<string, Json>>[] {
  return ofType(template, type).map(([, { Properties = {} }]) => Properties);
}

function allResources(templates: Templates): [string, Resource][] {
  return Object.values(templates).flatMap(({ Resources }) => Object.entries(Resources));
}

/** The text of an ARN or a name that CloudFormation joins. */
export function textOf(value: Json | undefined): string {
  return JSON.stringify(value);
}

const anything = expect.anything();
const network: Requirement[] = [
  {
    name: 'the VPC spans two zones of whatever region it is in, with subnets of 32 addresses',
    check: ({ network }) => {
      expect(propertiesOf(network, 'AWS::EC2::VPC')).toMatchObject({ CidrBlock: '10.0.0.0/24' });
      const subnets = allProperties(network, 'AWS::EC2::Subnet');
      expect(subnets.map(({ CidrBlock }) => CidrBlock)).toEqual([
        '10.0.0.0/27',
        '10.0.0.32/27',
        '10.0.0.64/27',
        '10.0.0.96/27',
      ]);
      const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
      expect(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([zone(0), zone(1), zone(0), zone(1)]);
      expect(subnets.every(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch === false)).toBe(true);
    },
  },
  {
    name: 'only the public subnets have a route to the internet, and there is no NAT',
    check: ({ network }) => {
      const routes = ofType(network, 'AWS::EC2::Route');
      expect(routes.map(([id]) => id)).toEqual([
        expect.stringMatching(/^VpcPublicSubnet1/),
        expect.stringMatching(/^VpcPublicSubnet2/),
      ]);
      for (const [, { Properties }] of routes) {
        expect(Properties).toMatchObject({
          DestinationCidrBlock: '0.0.0.0/0',
          GatewayId: { Ref: expect.stringMatching(/^VpcIGW/) },
        });
      }
      expect(ofType(network, 'AWS::EC2::NatGateway')).toEqual([]);
    },
  },
  {
    name: "DynamoDB is reached by a gateway endpoint of the isolated subnets, for this app's tables and actions only",
    check: ({ network }) => {
      const { PolicyDocument, ...endpoint } = propertiesOf(network, 'AWS::EC2::VPCEndpoint');
      expect(endpoint).toMatchObject({
        VpcEndpointType: 'Gateway',
        RouteTableIds: [
          { Ref: expect.stringMatching(/^VpcIsolatedSubnet1RouteTable/) },
          { Ref: expect.stringMatching(/^VpcIsolatedSubnet2RouteTable/) },
        ],
      });
      expect(textOf(endpoint.ServiceName)).toContain('.dynamodb');
      const named = (rest: string) => ({
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':dynamodb:eu-west-1:',
            { Ref: 'AWS::AccountId' },
            `:table/rollcall-poc-data-${rest}`,
          ],
        ],
      });
      const allowed = {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      };
      expect(PolicyDocument).toMatchObject({
        Statement: [
          {
            ...allowed,
            Resource: named('Timestamps*'),
            Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
          },
          {
            ...allowed,
            Resource: named('People*'),
            Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
          },
        ],
      });
    },
  },
  {
    name: 'the network ACLs let in port 80 to the public subnets, and let out port 443 from the isolated ones',
    check: ({ network }) => {
      const entries = ofType(network, 'AWS::EC2::NetworkAclEntry').map(([id, { Properties = {} }]) => {
        const { PortRange, Egress, CidrBlock, Protocol, RuleAction } = Properties;
        return `${id.replace(/(In|Out).*/, '')} ${Egress ? 'out' : 'in'} ${textOf(PortRange)} ${CidrBlock} ${Protocol} ${RuleAction}`;
      });
      expect(entries.toSorted()).toEqual([
        'IsolatedAcl in {"From":1024,"To":65535} 0.0.0.0/0 6 allow',
        'IsolatedAcl out {"From":443,"To":443} 0.0.0.0/0 6 allow',
        'PublicAcl in {"From":80,"To":80} 0.0.0.0/0 6 allow',
        'PublicAcl out {"From":1024,"To":65535} 0.0.0.0/0 6 allow',
      ]);
      expect(ofType(network, 'AWS::EC2::SubnetNetworkAclAssociation')).toHaveLength(4);
    },
  },
  {
    name: 'all flows are logged, by a role that may do nothing else',
    check: ({ network }) => {
      const flowLog = propertiesOf(network, 'AWS::EC2::FlowLog');
      expect(flowLog).toMatchObject({
        TrafficType: 'ALL',
        ResourceType: 'VPC',
        LogDestinationType: 'cloud-watch-logs',
      });
      const [logGroup] = ofType(network, 'AWS::Logs::LogGroup').filter(([id]) => id.startsWith('FlowLogs'));
      expect(flowLog.LogGroupName).toEqual({ Ref: logGroup?.[0] });
      const policy = propertiesOf(network, 'AWS::IAM::Policy', 'FlowLogs');
      expect(policy.PolicyDocument).toMatchObject({
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [logGroup?.[0], 'Arn'] },
          },
        ],
      });
      expect(propertiesOf(network, 'AWS::IAM::Role', 'FlowLogs')).not.toHaveProperty('ManagedPolicyArns');
    },
  },
  {
    name: 'the default security group is closed',
    check: ({ network }) => {
      const { DefaultSecurityGroupId } = propertiesOf(network, 'Custom::VpcRestrictDefaultSG');
      expect(DefaultSecurityGroupId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Vpc/), 'DefaultSecurityGroup'] });
    },
  },
];

const data: Requirement[] = [
  {
    name: 'the tables are billed on demand',
    check: ({ data }) => {
      const tables = allProperties(data, 'AWS::DynamoDB::GlobalTable');
      expect(tables.map(({ BillingMode }) => BillingMode)).toEqual(['PAY_PER_REQUEST', 'PAY_PER_REQUEST']);
    },
  },
  {
    name: 'the tables can be restored to any point in time',
    check: ({ data }) => {
      for (const table of allProperties(data, 'AWS::DynamoDB::GlobalTable')) {
        expect(table.Replicas).toMatchObject([
          { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
        ]);
      }
    },
  },
  {
    name: 'the tables are encrypted with a key of KMS',
    check: ({ data }) => {
      for (const table of allProperties(data, 'AWS::DynamoDB::GlobalTable')) {
        expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      }
    },
  },
  {
    name: 'the table of timestamps has its keys, its expiry and its sparse index',
    check: ({ data }) => {
      const keys = (hash: string) => [
        { AttributeName: hash, KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ];
      expect(propertiesOf(data, 'AWS::DynamoDB::GlobalTable', 'Timestamps')).toMatchObject({
        KeySchema: keys('pk'),
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        GlobalSecondaryIndexes: [
          { IndexName: 'bySource', KeySchema: keys('sourceShard'), Projection: { ProjectionType: 'ALL' } },
        ],
      });
    },
  },
];

const api: Requirement[] = [
  {
    name: 'the function runs the bundle on Node 24 and arm64, in the isolated subnets, with what the configuration says',
    check: ({ api }) => {
      const fn = propertiesOf(api, 'AWS::Lambda::Function', 'ApiFunction');
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'handler.handler',
        MemorySize: 256,
        Timeout: 10,
        Environment: {
          Variables: {
            SHARDS: '8',
            NODE_OPTIONS: '--enable-source-maps',
            TIMESTAMPS_TABLE: anything,
            PEOPLE_TABLE: anything,
          },
        },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringMatching(/^ApiLogGroup/) } },
        VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^ApiSecurityGroup/), 'GroupId'] }] },
      });
      expect(textOf(fn.VpcConfig).match(/VpcIsolatedSubnet\dSubnet/g)).toEqual([
        'VpcIsolatedSubnet1Subnet',
        'VpcIsolatedSubnet2Subnet',
      ]);
    },
  },
  {
    name: "the function's role may log, have network interfaces, and call its tables and index",
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::IAM::Role', 'ApiRole')).not.toHaveProperty('ManagedPolicyArns');
      const statement = propertiesOf(api, 'AWS::IAM::Policy', 'ApiRole').PolicyDocument;
      const table = { 'Fn::ImportValue': expect.stringContaining('TimestampsTable') };
      expect(statement).toMatchObject({
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ApiLogGroup/), 'Arn'] },
          },
          { Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], Resource: table },
          { Action: 'dynamodb:Query', Resource: { 'Fn::Join': ['', [table, '/index/bySource']] } },
          {
            Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
            Resource: { 'Fn::ImportValue': expect.stringContaining('PeopleTable') },
          },
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
        Statement: [{ Effect: 'Deny', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': anything } } }],
      });
    },
  },
  {
    name: 'the security groups open port 80 from the internet to the load balancer, and port 443 from the function to DynamoDB',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::EC2::SecurityGroup', 'LoadBalancer')).toMatchObject({
        SecurityGroupIngress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 80, ToPort: 80 }],
        SecurityGroupEgress: [{ CidrIp: '255.255.255.255/32' }],
      });
      const fn = propertiesOf(api, 'AWS::EC2::SecurityGroup', 'Api');
      expect(fn.SecurityGroupIngress).toBeUndefined();
      expect(fn.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' }]);
      expect(allProperties(api, 'AWS::EC2::SecurityGroupEgress')).toMatchObject([
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          DestinationPrefixListId: { 'Fn::GetAtt': [expect.stringMatching(/^DynamoDb/), 'PrefixLists.0.PrefixListId'] },
        },
      ]);
      expect(ofType(api, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
    },
  },
  {
    name: 'the group of the function goes before the right to remove its network interfaces',
    check: ({ api }) => {
      for (const type of ['AWS::EC2::SecurityGroup', 'AWS::Lambda::Function']) {
        const [resource] = ofType(api, type).filter(([id]) => id.startsWith('Api'));
        expect(resource?.[1].DependsOn).toContainEqual(expect.stringMatching(/^ApiNetworkInterfaces/));
      }
    },
  },
  {
    name: 'the load balancer is strict about requests, and multi-value headers are on',
    check: ({ api }) => {
      const { LoadBalancerAttributes, Scheme, Subnets } = propertiesOf(
        api,
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
      );
      expect(Scheme).toBe('internet-facing');
      expect(textOf(Subnets).match(/VpcPublicSubnet\dSubnet/g)).toHaveLength(2);
      expect(LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
          { Key: 'routing.http.desync_mitigation_mode', Value: 'strictest' },
        ]),
      );
      expect(propertiesOf(api, 'AWS::ElasticLoadBalancingV2::TargetGroup')).toMatchObject({
        TargetType: 'lambda',
        TargetGroupAttributes: [{ Key: 'lambda.multi_value_headers.enabled', Value: 'true' }],
      });
    },
  },
  {
    name: 'the load balancer writes access logs',
    check: ({ api }) => {
      const { LoadBalancerAttributes } = propertiesOf(api, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
      expect(LoadBalancerAttributes).toEqual(
        expect.arrayContaining([
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'access_logs.s3.bucket', Value: { Ref: expect.stringMatching(/^LoadBalancerAccessLogs/) } },
        ]),
      );
    },
  },
  {
    name: 'the bucket of access logs is private, encrypted, by TLS only, and expires what it holds',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::S3::Bucket')).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
      });
      expect(propertiesOf(api, 'AWS::S3::BucketPolicy').PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      });
      expect(ofType(api, 'Custom::S3AutoDeleteObjects')).toHaveLength(1);
    },
  },
  {
    name: 'the paths of the routes, and no others, invoke the function',
    check: ({ api }) => {
      const rules = allProperties(api, 'AWS::ElasticLoadBalancingV2::ListenerRule');
      const patterns = rules.flatMap(({ Conditions }) => {
        expect(Conditions).toMatchObject([{ Field: 'path-pattern' }]);
        const values: string[] = JSON.parse(textOf(Conditions))[0].PathPatternConfig.Values;
        expect(values.length).toBeLessThanOrEqual(5);
        return values;
      });
      expect(new Set(patterns)).toEqual(new Set(routes.map(({ path }) => path.replace(/\{\w+\}/g, '*'))));
      expect(
        propertiesOf(api, 'AWS::ElasticLoadBalancingV2::Listener', 'LoadBalancerHttp').DefaultActions,
      ).toMatchObject([
        { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404', ContentType: 'application/json' } },
      ]);
    },
  },
  {
    name: 'only load balancers of this account may invoke the function',
    check: ({ api }) => {
      expect(propertiesOf(api, 'AWS::Lambda::Permission')).toMatchObject({
        Principal: 'elasticloadbalancing.amazonaws.com',
        SourceAccount: { Ref: 'AWS::AccountId' },
        SourceArn: anything,
      });
    },
  },
];

const all: Requirement[] = [
  {
    name: 'every log expires after 14 days and goes with its stack, and every function logs to one of them',
    check: (templates) => {
      for (const template of Object.values(templates)) {
        for (const [id, { Properties, DeletionPolicy }] of ofType(template, 'AWS::Logs::LogGroup')) {
          expect([Properties?.RetentionInDays, DeletionPolicy], id).toEqual([14, 'Delete']);
        }
        for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
          expect(Properties?.LoggingConfig, id).toMatchObject({ LogGroup: { Ref: anything } });
        }
      }
    },
  },
  {
    name: 'no function may make log groups, which would stay',
    check: (templates) => {
      for (const [id, resource] of allResources(templates)) {
        expect(textOf(resource.Properties ?? null), id).not.toMatch(/logs:CreateLogGroup|AWSLambdaBasicExecutionRole/);
      }
    },
  },
  {
    name: 'nothing is kept, and nothing refuses to be deleted',
    check: (templates) => {
      for (const [id, { DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', Properties }] of allResources(
        templates,
      )) {
        expect([DeletionPolicy, UpdateReplacePolicy], id).toEqual(['Delete', 'Delete']);
        expect(textOf(Properties ?? null), id).not.toContain('"DeletionProtectionEnabled":true');
      }
    },
  },
  {
    name: 'no resource has a name of its own, which could be taken',
    check: (templates) => {
      const names = ['TableName', 'BucketName', 'FunctionName', 'Name', 'GroupName'];
      for (const [id, { Type, Properties = {} }] of allResources(templates)) {
        if (Type.startsWith('Custom::') || Type === 'AWS::Lambda::Permission') continue;
        expect(
          Object.keys(Properties).filter((key) => names.includes(key)),
          id,
        ).toEqual([]);
      }
    },
  },
];

export const requirements: readonly Requirement[] = [...network, ...data, ...api, ...all];
