import { Validations } from 'aws-cdk-lib';
import {
  CfnSecurityGroup,
  type IPeer,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** The place of a function in the VPC: subnets without a way to the internet. */
export interface Isolation {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** The addresses of DynamoDB, the only ones that the function may connect to. */
  readonly dynamodb: IPeer;
}

const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The rights that a function in a VPC needs, and its security group, from which a way leads to DynamoDB alone. */
export function isolate(scope: Construct, role: Role, { vpc, dynamodb }: Isolation) {
  const networkInterfaces = allowNetworkInterfaces(scope, role);
  const securityGroup = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Rollcall function: to DynamoDB and nowhere else',
    allowAllOutbound: false,
  });
  securityGroup.addEgressRule(dynamodb, Port.tcp(443), 'DynamoDB');
  denyTheRest(securityGroup);
  // On the way down the group goes first, and it cannot go before Lambda has removed its network interfaces from it.
  // For that Lambda needs the role's rights, so they go after it (aws-cdk issues 6701, 12827, 34400).
  securityGroup.node.addDependency(networkInterfaces);
  return { networkInterfaces, securityGroup };
}

/** Keeps the rights of `isolate` for Lambda itself (Lambda developer guide, "Giving functions access"). */
export function denyNetworkInterfacesToCode(scope: Construct, role: Role, fn: LambdaFunction): void {
  // With its version, too, should Lambda say that.
  const code = [fn.functionArn, `${fn.functionArn}:*`];
  const statement = new PolicyStatement({
    effect: Effect.DENY,
    actions: NETWORK_INTERFACE_ACTIONS,
    resources: ['*'],
    conditions: { ArnLike: { 'lambda:SourceFunctionArn': code } },
  });
  new Policy(scope, 'NoNetworkInterfacesForCode', { roles: [role], statements: [statement] });
}

/** Rights with which Lambda puts a function into a VPC (Lambda developer guide, "Required IAM permissions"). */
function allowNetworkInterfaces(scope: Construct, role: Role): Policy {
  const statement = new PolicyStatement({ actions: NETWORK_INTERFACE_ACTIONS, resources: ['*'] });
  const policy = new Policy(scope, 'NetworkInterfaces', { roles: [role], statements: [statement] });
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Lambda makes the interfaces itself and checks these rights on any resource.',
  });
  return policy;
}

/**
 * EC2 lets everything out of a group that has no rule of its own, and a rule for a list whose id is not known yet is a
 * resource beside the group. So the group gets the rule that CDK gives to groups without any, which allows nothing.
 */
function denyTheRest(securityGroup: ISecurityGroup): void {
  const resource = securityGroup.node.defaultChild;
  if (!(resource instanceof CfnSecurityGroup)) throw new TypeError('A security group has no resource.');
  resource.securityGroupEgress = [
    {
      cidrIp: '255.255.255.255/32',
      ipProtocol: 'icmp',
      fromPort: 252,
      toPort: 86,
      description: 'Disallow all traffic',
    },
  ];
}
