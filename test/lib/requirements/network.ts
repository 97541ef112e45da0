import { expect } from 'vitest';
import type { Expected } from './expected.ts';
import { allProperties, ofType, propertiesOf, type Requirement, textOf } from './templates.ts';

/** The VPC: subnets, routes, network ACLs, the endpoint of DynamoDB, the flow logs. */
export const networkRequirements = ({ stage, tiers, balancer, asksForKeys }: Expected): Requirement[] => [
  {
    name: 'the VPC spans two zones of whatever region it is in, with subnets of 32 addresses',
    check: ({ network }) => {
      expect(propertiesOf(network, 'AWS::EC2::VPC')).toMatchObject({ CidrBlock: '10.0.0.0/24' });
      const subnets = allProperties(network, 'AWS::EC2::Subnet');
      const blocks = ['10.0.0.0/27', '10.0.0.32/27', '10.0.0.64/27', '10.0.0.96/27'];
      expect(subnets.map(({ CidrBlock }) => CidrBlock)).toEqual(blocks.slice(0, 2 * tiers.length));
      const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
      expect(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual(tiers.flatMap(() => [zone(0), zone(1)]));
      expect(subnets.every(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch === false)).toBe(true);
    },
  },
  {
    name: 'only public subnets have a route to the internet, and there is no NAT',
    check: ({ network }) => {
      const routes = ofType(network, 'AWS::EC2::Route');
      const routed = tiers.includes('Public') ? [/^VpcPublicSubnet1/, /^VpcPublicSubnet2/] : [];
      expect(routes.map(([id]) => id)).toEqual(routed.map((pattern) => expect.stringMatching(pattern)));
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
    name: 'an internet gateway stands where a load balancer is, without which CloudFront would not reach it either',
    check: ({ network }) => {
      const count = balancer ? 1 : 0;
      const gateways = ofType(network, 'AWS::EC2::InternetGateway');
      expect(gateways).toHaveLength(count);
      expect(allProperties(network, 'AWS::EC2::VPCGatewayAttachment')).toHaveLength(count);
    },
  },
  {
    name: 'the only endpoint of the VPC is one that costs nothing',
    check: ({ network }) => {
      expect(allProperties(network, 'AWS::EC2::VPCEndpoint').map(({ VpcEndpointType }) => VpcEndpointType)).toEqual([
        'Gateway',
      ]);
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
            `:table/rollcall-${stage}-data-${rest}`,
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
          ...(asksForKeys ? [{ ...allowed, Resource: named('Keys*'), Action: 'dynamodb:Query' }] : []),
          {
            ...allowed,
            Resource: named('Roll*'),
            Action: [
              'dynamodb:DeleteItem',
              'dynamodb:GetItem',
              'dynamodb:PutItem',
              'dynamodb:Query',
              'dynamodb:UpdateItem',
            ],
          },
        ],
      });
    },
  },
  {
    name: 'the network ACLs let in the port of the load balancer, and let out port 443 from the isolated subnets',
    check: ({ network }) => {
      const entries = ofType(network, 'AWS::EC2::NetworkAclEntry').map(([id, { Properties = {} }]) => {
        const { PortRange, Egress, CidrBlock, Protocol, RuleAction } = Properties;
        return `${id.replace(/Acl(In|Out)\d.*/, 'Acl')} ${Egress ? 'out' : 'in'} ${textOf(PortRange)} ${CidrBlock} ${Protocol} ${RuleAction}`;
      });
      expect(entries.toSorted()).toEqual(
        [
          'IsolatedAcl in {"From":1024,"To":65535} 0.0.0.0/0 6 allow',
          'IsolatedAcl out {"From":443,"To":443} 0.0.0.0/0 6 allow',
          ...(balancer
            ? [
                `${balancer.tier}Acl in {"From":${balancer.port},"To":${balancer.port}} 0.0.0.0/0 6 allow`,
                `${balancer.tier}Acl out {"From":1024,"To":65535} 0.0.0.0/0 6 allow`,
              ]
            : []),
        ].toSorted(),
      );
      expect(ofType(network, 'AWS::EC2::SubnetNetworkAclAssociation')).toHaveLength(2 * tiers.length);
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
