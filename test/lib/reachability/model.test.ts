/** The model of the network itself, on templates small enough to see what must come out. */
import { describe, expect, it } from 'vitest';
import { readNetwork } from './network.ts';
import { whatStops } from './reachability.ts';
import type { Stacks } from './template.ts';
import { ANYWHERE, aclRule, add, edit, PLACEHOLDER, type Properties, resource, tcp, without } from './variations.ts';

const ref = (name: string) => ({ Ref: name });
const VpcId = ref('Vpc');

/** A public load balancer in one subnet. */
const tiny: Stacks = {
  tiny: {
    Resources: {
      Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/24' }),
      Gateway: resource('AWS::EC2::InternetGateway'),
      Attachment: resource('AWS::EC2::VPCGatewayAttachment', { VpcId, InternetGatewayId: ref('Gateway') }),
      Subnet: resource('AWS::EC2::Subnet', { VpcId, CidrBlock: '10.1.0.0/27', AvailabilityZone: 'a' }),
      Table: resource('AWS::EC2::RouteTable', { VpcId }),
      TableOfSubnet: resource('AWS::EC2::SubnetRouteTableAssociation', {
        SubnetId: ref('Subnet'),
        RouteTableId: ref('Table'),
      }),
      Route: resource('AWS::EC2::Route', {
        RouteTableId: ref('Table'),
        DestinationCidrBlock: ANYWHERE,
        GatewayId: ref('Gateway'),
      }),
      Acl: resource('AWS::EC2::NetworkAcl', { VpcId }),
      AclOfSubnet: resource('AWS::EC2::SubnetNetworkAclAssociation', {
        SubnetId: ref('Subnet'),
        NetworkAclId: ref('Acl'),
      }),
      Requests: aclRule(ref('Acl'), 'in', 100, [80, 80]),
      Answers: aclRule(ref('Acl'), 'out', 100, [1024, 65_535]),
      Group: resource('AWS::EC2::SecurityGroup', {
        VpcId,
        SecurityGroupIngress: [{ CidrIp: ANYWHERE, ...tcp(80) }],
        SecurityGroupEgress: [PLACEHOLDER],
      }),
      Balancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Type: 'application',
        Scheme: 'internet-facing',
        Subnets: [ref('Subnet')],
        SecurityGroups: [ref('Group')],
      }),
    },
  },
};
const SUBNET = '10.1.0.0/27 (a)';
const BALANCER = `load balancer in ${SUBNET}`;
const OTHER_HOST = `other host in ${SUBNET}`;
const INTERNET = 'internet 203.0.113.7';
const OUTSIDE = { internet: ['203.0.113.7'], dynamodb: [] };

function stopIn(stacks: Stacks, from: string, to: string, port: number, clientPort = 50_000): string | undefined {
  return whatStops(readNetwork(stacks, OUTSIDE), from, to, { port, clientPort });
}

describe('a connection', () => {
  const stop = (stacks: Stacks) => stopIn(stacks, INTERNET, BALANCER, 80);

  it('opens if routes, network ACL and security group let it through', () => {
    expect(stop(tiny)).toBeUndefined();
  });

  it('is stopped by a security group that has no rule for it', () => {
    expect(stopIn(tiny, INTERNET, BALANCER, 443)).toBe(`security group of ${BALANCER}, in`);
    expect(stopIn(tiny, BALANCER, INTERNET, 443)).toBe(`security group of ${BALANCER}, out`);
  });

  it('is decided on by the first rule of a network ACL that matches, by number', () => {
    const { Properties } = aclRule(ref('Acl'), 'in', 0);
    const denyAt = (RuleNumber: number) =>
      add(tiny, 'tiny', {
        Deny: resource('AWS::EC2::NetworkAclEntry', { ...Properties, RuleNumber, RuleAction: 'deny' }),
      });
    expect(stop(denyAt(101))).toBeUndefined();
    expect(stop(denyAt(99))).toBe(`network ACL of ${SUBNET}, in`);
  });

  it('is stopped by a network ACL that has no rule for it', () => {
    expect(stop(without(tiny, 'tiny/Requests'))).toBe(`network ACL of ${SUBNET}, in`);
  });

  it('needs a rule of the network ACL for the answers, too', () => {
    expect(stop(without(tiny, 'tiny/Answers'))).toBe(`answer: network ACL of ${SUBNET}, out`);
    const fewerPorts = add(tiny, 'tiny', { Answers: aclRule(ref('Acl'), 'out', 100, [1024, 49_999]) });
    expect(stop(fewerPorts)).toBe(`answer: network ACL of ${SUBNET}, out`);
  });

  it.each(['Route', 'TableOfSubnet', 'Attachment'])('finds no way without the %s', (name) => {
    expect(stop(without(tiny, `tiny/${name}`))).toBe(`no route between ${SUBNET} and ${INTERNET}`);
  });

  it('finds no way from the internet to an internal load balancer', () => {
    const internal = edit(tiny, 'tiny/Balancer', (balancer) => ({ ...balancer, Scheme: 'internal' }));
    expect(stop(internal)).toBe(`no route between ${SUBNET} and ${INTERNET}`);
  });

  it('passes no network ACL between hosts of one subnet', () => {
    const closed = without(without(tiny, 'tiny/Requests'), 'tiny/Answers');
    expect(stopIn(closed, OTHER_HOST, BALANCER, 80)).toBeUndefined();
    expect(stopIn(closed, OTHER_HOST, BALANCER, 81)).toBe(`security group of ${BALANCER}, in`);
  });

  it('opens to those of the security group that a rule names, and to no others', () => {
    const DestinationSecurityGroupId = { 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] };
    const rule = { GroupId: ref('Group'), ...tcp(22), DestinationSecurityGroupId };
    const named = add(tiny, 'tiny', {
      Out: resource('AWS::EC2::SecurityGroupEgress', rule),
      In: resource('AWS::EC2::SecurityGroupIngress', { ...tcp(22), GroupId: ref('Group'), CidrIp: ANYWHERE }),
      ToDefault: resource('AWS::EC2::SecurityGroupIngress', {
        ...tcp(22),
        GroupId: DestinationSecurityGroupId,
        SourceSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      }),
    });
    expect(stopIn(named, BALANCER, OTHER_HOST, 22)).toBeUndefined();
    expect(stopIn(named, BALANCER, BALANCER, 22)).toBe(`security group of ${BALANCER}, out`);
  });

  it('opens between hosts of the default security group, unless it was closed', () => {
    expect(stopIn(tiny, OTHER_HOST, OTHER_HOST, 22)).toBeUndefined();
    const DefaultSecurityGroupId = { 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] };
    const closed = add(tiny, 'tiny', { Closed: resource('Custom::VpcRestrictDefaultSG', { DefaultSecurityGroupId }) });
    expect(stopIn(closed, OTHER_HOST, OTHER_HOST, 22)).toBe(`security group of ${OTHER_HOST}, out`);
  });

  it('opens to anywhere from a security group that has no rule for what goes out, even if one is added beside it', () => {
    const open = edit(tiny, 'tiny/Group', ({ SecurityGroupEgress: _, ...group }) => group);
    expect(stopIn(open, BALANCER, INTERNET, 8080, 80)).toBeUndefined();
    const withRule = add(open, 'tiny', {
      Rule: resource('AWS::EC2::SecurityGroupEgress', { GroupId: ref('Group'), ...PLACEHOLDER }),
    });
    expect(stopIn(withRule, BALANCER, INTERNET, 8080, 80)).toBeUndefined();
  });
});

describe('the model refuses', () => {
  const route = { RouteTableId: ref('Table'), DestinationCidrBlock: ANYWHERE };
  const endpoint = {
    VpcId,
    VpcEndpointType: 'Gateway',
    ServiceName: 'com.amazonaws.eu-west-1.dynamodb',
    RouteTableIds: [],
  };
  const entry = aclRule(ref('Acl'), 'in', 200, [80, 80]).Properties;
  const rule = { GroupId: ref('Group'), CidrIp: ANYWHERE, ...tcp(80) };

  it.each<[what: string, type: string, properties: Properties, why: string]>([
    ['a NAT gateway', 'AWS::EC2::NatGateway', { SubnetId: ref('Subnet') }, 'NatGateway) is not understood.'],
    ['a peering connection', 'AWS::EC2::VPCPeeringConnection', {}, 'VPCPeeringConnection) is not understood.'],
    ['a transit gateway', 'AWS::EC2::TransitGatewayAttachment', {}, 'TransitGatewayAttachment) is not understood.'],
    [
      'an interface endpoint',
      'AWS::EC2::VPCEndpoint',
      { ...endpoint, VpcEndpointType: 'Interface' },
      'VpcEndpointType: ',
    ],
    [
      'an endpoint of another service',
      'AWS::EC2::VPCEndpoint',
      { ...endpoint, ServiceName: 'com.amazonaws.eu-west-1.s3' },
      'ServiceName: ',
    ],
    [
      'another service in a subnet',
      'AWS::EFS::MountTarget',
      { SubnetId: ref('Subnet') },
      'MountTarget) is not understood.',
    ],
    ['a second VPC', 'AWS::EC2::VPC', { CidrBlock: '10.2.0.0/24' }, 'The model is one of a single VPC.'],
    [
      'a block of IPv6 addresses',
      'AWS::EC2::VPCCidrBlock',
      { VpcId, AmazonProvidedIpv6CidrBlock: true },
      'VPCCidrBlock) is not understood.',
    ],
    [
      'a route to something else than an internet gateway',
      'AWS::EC2::Route',
      { ...route, GatewayId: ref('Vpc') },
      'GatewayId: it is not an internet gateway',
    ],
    ['a route to an instance', 'AWS::EC2::Route', { ...route, InstanceId: 'i-1' }, 'InstanceId: '],
    [
      'a route for IPv6',
      'AWS::EC2::Route',
      { ...route, GatewayId: ref('Gateway'), DestinationIpv6CidrBlock: '::/0' },
      'DestinationIpv6CidrBlock: ',
    ],
    [
      'a second association',
      'AWS::EC2::SubnetNetworkAclAssociation',
      { SubnetId: ref('Subnet'), NetworkAclId: ref('Acl') },
      'tiny/Subnet is associated twice.',
    ],
    [
      'a number of a network ACL twice',
      'AWS::EC2::NetworkAclEntry',
      { ...entry, RuleNumber: 100 },
      'another rule has this number',
    ],
    ['UDP in a network ACL', 'AWS::EC2::NetworkAclEntry', { ...entry, Protocol: 17 }, 'Protocol: '],
    ['IPv6 in a network ACL', 'AWS::EC2::NetworkAclEntry', { ...entry, Ipv6CidrBlock: '::/0' }, 'Ipv6CidrBlock: '],
    ['UDP in a security group', 'AWS::EC2::SecurityGroupIngress', { ...rule, IpProtocol: 'udp' }, 'IpProtocol: '],
    ['ICMP in a security group', 'AWS::EC2::SecurityGroupIngress', { ...rule, IpProtocol: 'icmp' }, 'CidrIp: '],
    ['IPv6 in a security group', 'AWS::EC2::SecurityGroupIngress', { ...rule, CidrIpv6: '::/0' }, 'CidrIpv6: '],
    [
      'two peers',
      'AWS::EC2::SecurityGroupIngress',
      { ...rule, SourceSecurityGroupId: ref('Group') },
      'it needs exactly one peer',
    ],
    [
      'another prefix list',
      'AWS::EC2::SecurityGroupIngress',
      { ...rule, SourcePrefixListId: 'pl-1' },
      'SourcePrefixListId: ',
    ],
    [
      'a reference to nothing',
      'AWS::EC2::NetworkAclEntry',
      { ...entry, NetworkAclId: ref('Nothing') },
      'NetworkAclId: it refers to nothing that is known',
    ],
    [
      'an import of nothing',
      'AWS::EC2::NetworkAclEntry',
      { ...entry, NetworkAclId: { 'Fn::ImportValue': 'x' } },
      'NetworkAclId: it refers to nothing that is known',
    ],
    [
      'another intrinsic function',
      'AWS::EC2::NetworkAclEntry',
      { ...entry, CidrBlock: { 'Fn::Cidr': ['10.0.0.0/8', 1, 1] } },
      'CidrBlock: ',
    ],
  ])('%s', (_, type, properties, why) => {
    const unknown = add(tiny, 'tiny', { Unknown: resource(type, properties) });
    expect(() => readNetwork(unknown, OUTSIDE)).toThrow(why);
  });
});
