import { describe, expect, it } from 'vitest';
import { STAGE_NAMES } from '../../support/stages.ts';
import { type Json, synthesise } from '../../support/synth.ts';
import { waysIn } from '../ways-in.ts';
import { readNetwork } from './network.ts';
import { compare, describeFlow, flowsOf, whatStops } from './reachability.ts';
import {
  CLOUDFRONT,
  INTERNET,
  intended,
  LISTED,
  OF_STAGE,
  OUTSIDE,
  poc,
  prod,
  prodWithDomain,
  type Stage,
  UNLISTED,
  withDomain,
  withList,
} from './stages.ts';
import type { Stacks } from './template.ts';
import {
  ANYWHERE,
  aclRule,
  add,
  edit,
  guardRemovals,
  ofTypes,
  placeholders,
  refTo,
  removals,
  resource,
  tcp,
  widenings,
  without,
} from './variations.ts';

const NO_DIFFERENCE = { missing: [], unintended: [] };

function differences(stage: Stage, stacks: Stacks) {
  return compare(flowsOf(readNetwork(stacks, stage.outside)), intended(stage));
}

/** The same for the security groups alone, which see neither the client's port nor the addresses behind the prefix list. */
function differencesOfGroups(stage: Stage, stacks: Stacks) {
  const found = flowsOf(readNetwork(stacks, stage.outside), 'routes and network ACLs');
  return compare(found, intended({ ...stage, dynamodb: OUTSIDE.dynamodb }, { from: 1, to: 65_535 }));
}

/** Endpoints stand for their tiers here; inside of a subnet there is no ACL. */
function betweenTiers({ balancer, isolated, outside }: Stage, stacks: Stacks): string[] {
  const tierOf = (name: string) =>
    [
      ...(balancer?.subnets.map((subnet) => [`other host in ${subnet}`, balancer.tier]) ?? []),
      ...isolated.map((subnet) => [`other host in ${subnet}`, 'isolated']),
      ...INTERNET.map((address) => [`internet ${address}`, 'internet']),
      ...CLOUDFRONT.map((address) => [`CloudFront ${address}`, 'cloudfront']),
      ...LISTED.map((address) => [`DynamoDB ${address}`, 'listed']),
      [`DynamoDB ${UNLISTED}`, 'unlisted'],
    ].find(([endpoint]) => endpoint === name)?.[1];
  const lines = flowsOf(readNetwork(stacks, outside), 'security groups').flatMap((flow) => {
    const [from, to] = [tierOf(flow.from), tierOf(flow.to)];
    return from && to && from !== to ? describeFlow({ ...flow, from, to }) : [];
  });
  return [...new Set(lines)].sort();
}

const domain = { name: 'rollcall.example.com', hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };
const vpcCidr = '10.0.0.0/24';
const inCdkJson = await Promise.all(
  STAGE_NAMES.map(async (name) => ({ name, ...OF_STAGE[name], stacks: await synthesise({ vpcCidr }, name) })),
);
const pocStacks = await synthesise({ vpcCidr });
const withDomainStacks: Stacks = await synthesise({ vpcCidr, domain });
const prodStacks = await synthesise({ vpcCidr }, 'prod');
const prodWithDomainStacks: Stacks = await synthesise({ vpcCidr, domain }, 'prod');
const withListStacks: Stacks = await synthesise({ vpcCidr, dynamodbCidrs: ['52.94.24.0/23', '52.119.240.0/21'] });

describe.each([
  ...inCdkJson.map(({ name, stage, stacks }) => ({ name: `the stage ${name}`, stage, stacks })),
  { name: 'a stage with a domain', stage: withDomain, stacks: withDomainStacks },
  { name: 'a stage with the addresses of DynamoDB', stage: withList, stacks: withListStacks },
  { name: 'the stage prod with a domain', stage: prodWithDomain, stacks: prodWithDomainStacks },
])('in $name', ({ stage, stacks }) => {
  it('exactly the intended connections can be opened, on any port', () => {
    expect(differences(stage, stacks)).toEqual(NO_DIFFERENCE);
  });

  it('the security groups alone are as strict', () => {
    expect(differencesOfGroups(stage, stacks)).toEqual(NO_DIFFERENCE);
  });

  it('routes and network ACLs alone let through only what is listed above', () => {
    expect(betweenTiers(stage, stacks)).toEqual(stage.betweenTiers);
  });

  it('the network ACL stops what is not in the list of DynamoDB addresses, if there is one', () => {
    const network = readNetwork(stacks, stage.outside);
    const stop = whatStops(network, `function in ${stage.isolated[0]}`, `DynamoDB ${UNLISTED}`, {
      port: 443,
      clientPort: 50_000,
    });
    expect(stop).toBe(stage.dynamodb.includes(UNLISTED) ? undefined : `network ACL of ${stage.isolated[0]}, out`);
  });

  it('the load balancer listens on the ports that are open', () => {
    const listeners = ofTypes(stacks, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners.map(({ properties }) => properties.Port)).toEqual(stage.listenerPorts);
  });

  it.each(removals(stacks))('an intended connection needs %s', (_, changed) => {
    expect(differences(stage, changed).missing).not.toEqual([]);
  });

  it.each(guardRemovals(stacks))('something opens without %s', (_, changed) => {
    const { missing, unintended } = differences(stage, changed);
    expect(missing).toEqual([]);
    // What a security group would open, routes and ACLs may still stop.
    expect([...unintended, ...differencesOfGroups(stage, changed).unintended]).not.toEqual([]);
  });

  it.each(widenings(stacks))('it is noticed when all ports are opened in %s', (_, changed) => {
    const found = [differences, differencesOfGroups].map((notice) => notice(stage, changed));
    expect([...found, betweenTiers(stage, changed)]).not.toEqual([NO_DIFFERENCE, NO_DIFFERENCE, stage.betweenTiers]);
  });

  it("CDK's placeholder in a security group allows nothing, even if it were for all protocols", () => {
    expect(placeholders(stacks)).not.toHaveLength(0);
    for (const { rule, replace } of placeholders(stacks)) {
      expect(differences(stage, replace({ ...rule, IpProtocol: '-1' }))).toEqual(NO_DIFFERENCE);
    }
  });
});

describe('CloudFront reaches no load balancer', () => {
  const stopOf = (stacks: Stacks) =>
    whatStops(
      readNetwork(stacks, prod.outside),
      prod.clients[0] ?? '',
      `load balancer in ${prod.balancer?.subnets[0]}`,
      {
        port: 80,
        clientPort: 50_000,
      },
    );

  it('that no distribution has as its origin', () => {
    expect(stopOf(prodStacks)).toBeUndefined();
    const [distribution] = ofTypes(prodStacks, 'AWS::CloudFront::Distribution');
    const other = edit(prodStacks, distribution?.id ?? '', () => ({ DistributionConfig: { Origins: [] } }));
    expect(stopOf(other)).toMatch(/^no route/);
  });

  it('in a VPC without an internet gateway, or whose security group knows only other lists', () => {
    const [attachment] = ofTypes(prodStacks, 'AWS::EC2::VPCGatewayAttachment');
    expect(stopOf(without(prodStacks, attachment?.id ?? ''))).toMatch(/^no route/);
    const [rule] = ofTypes(prodStacks, 'AWS::EC2::SecurityGroupIngress');
    const [toDynamoDb] = ofTypes(prodStacks, 'AWS::EC2::SecurityGroupEgress');
    const SourcePrefixListId = toDynamoDb?.properties.DestinationPrefixListId ?? '';
    const other = edit(prodStacks, rule?.id ?? '', (properties) => ({ ...properties, SourcePrefixListId }));
    expect(stopOf(other)).toMatch(/^security group of load balancer/);
  });
});

describe('something opens when', () => {
  const PUBLIC = poc.balancer?.subnets ?? [];
  const ISOLATED = poc.isolated;
  const publicAcl = refTo(pocStacks, 'AWS::EC2::NetworkAcl', 'network/Public');
  const isolatedAcl = refTo(pocStacks, 'AWS::EC2::NetworkAcl', 'network/Isolated');
  const balancerGroup = refTo(pocStacks, 'AWS::EC2::SecurityGroup', 'api/LoadBalancer');
  const functionGroup = refTo(pocStacks, 'AWS::EC2::SecurityGroup', 'api/Api');
  const ingress = (GroupId: Json, rule: object) => resource('AWS::EC2::SecurityGroupIngress', { GroupId, ...rule });
  const egress = (GroupId: Json, rule: object) => resource('AWS::EC2::SecurityGroupEgress', { GroupId, ...rule });
  const connectAnywhere = { ToAnywhere: egress(functionGroup, { CidrIp: ANYWHERE, ...tcp(443) }) };

  it.each<{ name: string; stage: Stage; stacks: Stacks; opened: string }>([
    {
      name: 'the load balancer accepts SSH',
      stage: poc,
      stacks: add(add(pocStacks, 'network', { Ssh: aclRule(publicAcl, 'in', 900, [22, 22]) }), 'api', {
        Ssh: ingress(balancerGroup, { CidrIp: ANYWHERE, ...tcp(22) }),
      }),
      opened: `internet 1.0.0.1 -> load balancer in ${PUBLIC[0]}: 22, 80 (from 1024-65535)`,
    },
    {
      name: 'everything may leave the public subnets',
      stage: poc,
      stacks: add(pocStacks, 'network', { Everything: aclRule(publicAcl, 'out', 900) }),
      opened: `internet 1.0.0.1 -> load balancer in ${PUBLIC[0]}: 80 (from 1-65535)`,
    },
    {
      name: 'the function may connect anywhere and has a route there',
      stage: poc,
      stacks: add(
        add(pocStacks, 'network', {
          ToInternet: resource('AWS::EC2::Route', {
            RouteTableId: refTo(pocStacks, 'AWS::EC2::RouteTable', 'network/VpcIsolatedSubnet1'),
            DestinationCidrBlock: ANYWHERE,
            GatewayId: refTo(pocStacks, 'AWS::EC2::InternetGateway', 'network/'),
          }),
        }),
        'api',
        connectAnywhere,
      ),
      opened: `function in ${ISOLATED[0]} -> internet 1.0.0.1: 443 (from 1024-65535)`,
    },
    {
      name: 'the function may connect anywhere and the load balancer listens on its port',
      stage: withDomain,
      stacks: add(withDomainStacks, 'api', connectAnywhere),
      opened: `function in ${ISOLATED[0]} -> load balancer in ${PUBLIC[0]}: 443 (from 1024-65535)`,
    },
    {
      name: 'the load balancer may connect to the function',
      stage: withDomain,
      stacks: add(withDomainStacks, 'api', {
        Out: egress(balancerGroup, { DestinationSecurityGroupId: functionGroup, ...tcp(8080) }),
        In: ingress(functionGroup, { SourceSecurityGroupId: balancerGroup, ...tcp(8080) }),
      }),
      opened: `load balancer in ${PUBLIC[0]} -> function in ${ISOLATED[0]}: 8080 (from 443)`,
    },
    {
      name: 'the default security group accepts connections',
      stage: poc,
      stacks: add(pocStacks, 'network', {
        ToDefault: ingress(
          { 'Fn::GetAtt': [refTo(pocStacks, 'AWS::EC2::VPC', 'network/').Ref, 'DefaultSecurityGroup'] },
          { CidrIp: ANYWHERE, IpProtocol: '-1' },
        ),
      }),
      opened: `internet 1.0.0.1 -> other host in ${PUBLIC[0]}: 80 (from 1024-65535)`,
    },
    {
      name: 'the list of DynamoDB addresses has no effect',
      stage: withList,
      stacks: add(withListStacks, 'network', {
        Requests: aclRule(isolatedAcl, 'out', 900, [443, 443]),
        Answers: aclRule(isolatedAcl, 'in', 900, [1024, 65_535]),
      }),
      opened: `function in ${ISOLATED[0]} -> DynamoDB ${UNLISTED}: 443 (from 1024-65535)`,
    },
  ])('$name', ({ stage, stacks, opened }) => {
    const { missing, unintended } = differences(stage, stacks);
    expect(missing).toEqual([]);
    expect(unintended).toContain(opened);
  });
});

describe('the ways from the internet to the function are', () => {
  it.each(inCdkJson)('known in the stage $name', ({ stacks, ways }) => {
    expect(waysIn(stacks)).toEqual(ways);
  });
});
