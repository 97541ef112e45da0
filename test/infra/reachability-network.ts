/** Who opens connections, or is connected to: hosts in a VPC, and addresses outside of it. */
import * as v from 'valibot';
import {
  anything,
  at,
  Cidr,
  defaultGroupId,
  Id,
  type NetworkAcl,
  type Peer,
  readAcls,
  readSecurityGroups,
  type SecurityGroup,
} from './reachability-rules.ts';
import { readSubnets, type Subnet } from './reachability-subnets.ts';
import { resourceReader, type Stacks } from './reachability-template.ts';

export interface Endpoint extends Peer {
  readonly name: string;
  /** @default - it is outside of the VPC */
  readonly subnet?: Subnet;
  /** Whether an internet gateway has an address for it. */
  readonly isPublic: boolean;
}

/** Addresses outside of the VPC. */
export interface Outside {
  readonly internet: readonly string[];
  /** Taken to be in the prefix list of DynamoDB. */
  readonly dynamodb: readonly string[];
}

export interface Network {
  readonly endpoints: readonly Endpoint[];
  readonly acls: readonly NetworkAcl[];
  readonly groups: readonly SecurityGroup[];
}

const Vpc = v.strictObject({
  CidrBlock: Cidr,
  EnableDnsHostnames: anything,
  EnableDnsSupport: anything,
  InstanceTenancy: anything,
  Tags: anything,
});
const LoadBalancer = v.strictObject({
  Type: v.literal('application'),
  Scheme: v.picklist(['internet-facing', 'internal']),
  Subnets: v.array(Id),
  SecurityGroups: v.array(Id),
  LoadBalancerAttributes: anything,
  Tags: anything,
});
const LambdaFunction = v.object({
  VpcConfig: v.optional(v.strictObject({ SubnetIds: v.array(Id), SecurityGroupIds: v.array(Id) })),
});

/**
 * The network of some templates: its load balancers and functions, and in each subnet a host that somebody may start
 * there, with the VPC's default security group.
 *
 * @throws Error that names what is not understood
 */
export function readNetwork(stacks: Stacks, { internet, dynamodb }: Outside): Network {
  const reader = resourceReader(stacks);
  const [vpc, ...others] = reader.read('AWS::EC2::VPC', Vpc);
  if (!vpc || others.length > 0) throw new Error('The model is one of a single VPC.');
  const acls = readAcls(reader);
  const groups = readSecurityGroups(reader, vpc.id);
  const subnets = readSubnets(reader, acls);
  const balancers = reader.read('AWS::ElasticLoadBalancingV2::LoadBalancer', LoadBalancer);
  const functions = reader.read('AWS::Lambda::Function', LambdaFunction);
  reader.assertAllRead();

  const outside = (name: string, address: string, isDynamoDb: boolean): Endpoint => {
    return { name: `${name} ${address}`, address, isDynamoDb, isPublic: true };
  };
  // The templates tell only of load balancers whether they are public. To any other host somebody may give an Elastic IP
  // address by hand, so that it has none must not be what keeps it from the internet.
  const inside = (
    name: string,
    subnetId: string,
    host: number,
    groupIds: readonly string[],
    isPublic = true,
  ): Endpoint => {
    const subnet = at(subnets, subnetId);
    const address = subnet.cidr.replace(/\d+\/\d+$/, (last) => String(Number.parseInt(last, 10) + host));
    const its = groupIds.map((id) => at(groups, id));
    return { name: `${name} in ${subnet.name}`, address, isDynamoDb: false, groups: its, subnet, isPublic };
  };
  const endpoints = [
    ...internet.map((address) => outside('internet', address, false)),
    ...dynamodb.map((address) => outside('DynamoDB', address, true)),
    ...[...subnets.keys()].map((id) => inside('other host', id, 10, [defaultGroupId(vpc.id)])),
    ...balancers.flatMap(({ Subnets, SecurityGroups, Scheme }) =>
      Subnets.map((id) => inside('load balancer', id, 11, SecurityGroups, Scheme === 'internet-facing')),
    ),
    // A function without a VpcConfig runs in a network of Lambda's own.
    ...functions.flatMap(({ VpcConfig: { SubnetIds, SecurityGroupIds } = { SubnetIds: [], SecurityGroupIds: [] } }) =>
      SubnetIds.map((id) => inside('function', id, 12, SecurityGroupIds)),
    ),
  ];
  const names = endpoints.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`Two endpoints have the same name: ${names.join(', ')}.`);
  return { endpoints, acls: [...acls.values()], groups: [...groups.values()] };
}
