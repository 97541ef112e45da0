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
} from './rules.ts';
import { readSubnets, type Subnet } from './subnets.ts';
import { type ResourceReader, resourceReader, type Service, type Stacks } from './template.ts';

export interface Endpoint extends Peer {
  readonly name: string;
  /** @default - it is outside of the VPC */
  readonly subnet?: Subnet;
  /** Whether an internet gateway has an address for it. */
  readonly isPublic: boolean;
  /** Whether CloudFront has network interfaces in its subnet, because a load balancer there is an origin. */
  readonly isNearCloudFront: boolean;
}

/** Addresses outside of the VPC. */
export interface Outside {
  readonly internet: readonly string[];
  /** Taken to be in the prefix list of DynamoDB. */
  readonly dynamodb: readonly string[];
  /** Taken to be in the prefix list of CloudFront. */
  readonly cloudfront?: readonly string[];
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
export function readNetwork(stacks: Stacks, { internet, dynamodb, cloudfront = [] }: Outside): Network {
  const reader = resourceReader(stacks);
  const [vpc, ...others] = reader.read('AWS::EC2::VPC', Vpc);
  if (!vpc || others.length > 0) throw new Error('The model is one of a single VPC.');
  const acls = readAcls(reader);
  const groups = readSecurityGroups(reader, vpc.id);
  const subnets = readSubnets(reader, acls);
  const balancers = reader.read('AWS::ElasticLoadBalancingV2::LoadBalancer', LoadBalancer);
  const functions = reader.read('AWS::Lambda::Function', LambdaFunction);
  const vpcOrigins = readVpcOrigins(reader, vpc.id);
  reader.assertAllRead();
  const nearCloudFront = balancers.flatMap(({ id, Subnets }) => (vpcOrigins.includes(id) ? Subnets : []));

  const outside = (name: string, address: string, service?: Service): Endpoint => {
    return { name: `${name} ${address}`, address, service, isPublic: true, isNearCloudFront: false };
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
    return {
      name: `${name} in ${subnet.name}`,
      address,
      groups: its,
      subnet,
      isPublic,
      isNearCloudFront: nearCloudFront.includes(subnetId),
    };
  };
  const endpoints = [
    ...internet.map((address) => outside('internet', address)),
    ...dynamodb.map((address) => outside('DynamoDB', address, 'DynamoDB')),
    ...cloudfront.map((address) => outside('CloudFront', address, 'CloudFront')),
    ...[...subnets.keys()].map((id) => inside('other host', id, 10, [defaultGroupId(vpc.id)])),
    ...balancers.flatMap(({ Subnets, SecurityGroups, Scheme }) =>
      Subnets.map((id) => inside('load balancer', id, 11, SecurityGroups, Scheme === 'internet-facing')),
    ),
    // A function without a VpcConfig runs in a network of Lambda's own.
    ...functions.flatMap(
      ({ id: functionId, VpcConfig: { SubnetIds, SecurityGroupIds } = { SubnetIds: [], SecurityGroupIds: [] } }) =>
        SubnetIds.map((id) => inside(nameOf(functionId), id, 12, SecurityGroupIds)),
    ),
  ];
  const names = endpoints.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`Two endpoints have the same name: ${names.join(', ')}.`);
  return { endpoints, acls: [...acls.values()], groups: [...groups.values()] };
}

/** The function that answers is called function; another is so by its logical id, without the hash: function Watch. */
function nameOf(functionId: string): string {
  const name = functionId.replace(/^.*\//, '').replace(/Function[0-9A-F]{8}$/, '');
  return name === 'Api' ? 'function' : `function ${name}`;
}

const VpcOrigin = v.strictObject({
  VpcOriginEndpointConfig: v.object({ Arn: Id }),
  Tags: anything,
});
const Distribution = v.object({
  DistributionConfig: v.object({
    Origins: v.array(v.object({ VpcOriginConfig: v.optional(v.object({ VpcOriginId: v.unknown() })) })),
  }),
});
const Attachment = v.object({ VpcId: Id });

/** The load balancers that a distribution reaches inside of the VPC, which must have an internet gateway for that. */
function readVpcOrigins({ read }: ResourceReader, vpcId: string): string[] {
  const used = read('AWS::CloudFront::Distribution', Distribution).flatMap(({ DistributionConfig }) =>
    DistributionConfig.Origins.map(({ VpcOriginConfig }) => VpcOriginConfig?.VpcOriginId),
  );
  const hasGateway = read('AWS::EC2::VPCGatewayAttachment', Attachment).some(({ VpcId }) => VpcId === vpcId);
  const origins = read('AWS::CloudFront::VpcOrigin', VpcOrigin).filter(({ id }) => hasGateway && used.includes(id));
  return origins.map(({ VpcOriginEndpointConfig }) => VpcOriginEndpointConfig.Arn);
}
