/** What filters packets in a VPC, read from templates: network ACLs and security groups. */
import { BlockList } from 'node:net';
import * as v from 'valibot';
import { listOf, PREFIX_LISTS, type ResourceReader, type Service } from './template.ts';

/** TCP ports from one to another, both included. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}
const ALL_PORTS: Ports = { from: 0, to: 65_535 };

/** Who is at the other end of a packet or of a connection. */
export interface Peer {
  readonly address: string;
  /** The service in whose prefix list its address is. @default - it is in none */
  readonly service?: Service | undefined;
  /** The security groups of its network interface. @default - it is outside of the VPC and has none */
  readonly groups?: readonly SecurityGroup[];
}

interface Rule {
  readonly includes: (peer: Peer) => boolean;
  readonly ports: Ports;
}
interface AclRule extends Rule {
  readonly number: number;
  readonly action: 'allow' | 'deny';
}

/** Rules by what they are for: going into a subnet or a host, or out of it. */
type ByDirection<R> = Readonly<Record<Direction, R[]>>;
export type Direction = 'in' | 'out';
export type NetworkAcl = ByDirection<AclRule>;
export type SecurityGroup = ByDirection<Rule> & { readonly id: string };

/**
 * Rules are taken by their numbers, and the first that matches decides; what none matches is denied. The port is the one
 * that the packet goes to. Nothing is remembered: answers need rules of their own (VPC user guide, "Network ACL rules").
 */
export function aclAllows(acl: NetworkAcl, direction: Direction, peer: Peer, port: number): boolean {
  const rules = acl[direction].toSorted((a, b) => a.number - b.number);
  return rules.find((rule) => matches(rule, peer, port))?.action === 'allow';
}

/** One rule of any of the groups is enough, and lets the answers through, too (VPC user guide, "Security groups"). */
export function groupsAllow(groups: readonly SecurityGroup[], direction: Direction, peer: Peer, port: number): boolean {
  return groups.some((group) => group[direction].some((rule) => matches(rule, peer, port)));
}

function matches({ includes, ports }: Rule, peer: Peer, port: number): boolean {
  return ports.from <= port && port <= ports.to && includes(peer);
}

/** A property that changes nothing here. */
export const anything = v.optional(v.unknown());
const NOWHERE = 'it refers to nothing that is known';
export const Id = v.pipe(v.string(NOWHERE), v.includes('/', NOWHERE));
/** What most resources of a VPC have. */
export const inVpc = { VpcId: Id, Tags: anything };
const Port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
export const Cidr = v.pipe(v.string(), v.regex(/^\d+(\.\d+){3}\/\d+$/, 'it is not a block of IPv4 addresses'));
/** A block of addresses, as what tells whether a peer is in it. */
export const Block = v.pipe(
  Cidr,
  v.transform((cidr): Rule['includes'] => {
    const [network = '', length] = cidr.split('/');
    const block = new BlockList();
    block.addSubnet(network, Number(length));
    return ({ address }) => block.check(address);
  }),
);

const ALLOW_ALL: Rule = { includes: () => true, ports: ALL_PORTS };
const ALLOW_NOTHING: Rule = { includes: () => false, ports: ALL_PORTS };

const aclEntry = {
  NetworkAclId: Id,
  RuleNumber: v.number(),
  Egress: v.optional(v.boolean(), false),
  RuleAction: v.picklist(['allow', 'deny']),
  CidrBlock: Block,
};
const AclEntry = v.variant('Protocol', [
  v.strictObject({ ...aclEntry, Protocol: v.literal(6), PortRange: v.strictObject({ From: Port, To: Port }) }),
  v.strictObject({ ...aclEntry, Protocol: v.literal(-1), PortRange: anything }),
]);

/** The ACL of the subnets that are associated with no other (VPC user guide, "Default network ACL"). */
export const DEFAULT_ACL: NetworkAcl = {
  in: [{ ...ALLOW_ALL, number: 100, action: 'allow' }],
  out: [{ ...ALLOW_ALL, number: 100, action: 'allow' }],
};

/** The network ACLs of the template, by id. */
export function readAcls({ read }: ResourceReader): ReadonlyMap<string, NetworkAcl> {
  const acls = new Map<string, NetworkAcl>();
  for (const { id } of read('AWS::EC2::NetworkAcl', v.strictObject(inVpc))) acls.set(id, { in: [], out: [] });
  for (const { id, ...entry } of read('AWS::EC2::NetworkAclEntry', AclEntry)) {
    const { RuleNumber: number, RuleAction: action, CidrBlock: includes } = entry;
    const rules = at(acls, entry.NetworkAclId)[entry.Egress ? 'out' : 'in'];
    if (rules.some((rule) => rule.number === number)) throw new Error(`${id}: another rule has this number.`);
    const ports = entry.Protocol === -1 ? ALL_PORTS : { from: entry.PortRange.From, to: entry.PortRange.To };
    rules.push({ number, action, includes, ports });
  }
  return acls;
}

const groupRule = {
  GroupId: v.optional(Id),
  Description: anything,
  CidrIp: v.optional(Block),
  SourceSecurityGroupId: v.optional(Id),
  DestinationSecurityGroupId: v.optional(Id),
  SourcePrefixListId: v.optional(v.picklist(PREFIX_LISTS)),
  DestinationPrefixListId: v.optional(v.picklist(PREFIX_LISTS)),
  FromPort: anything,
  ToPort: anything,
};
const GroupRule = v.pipe(
  v.variant('IpProtocol', [
    v.strictObject({ ...groupRule, IpProtocol: v.literal('tcp'), FromPort: Port, ToPort: Port }),
    v.strictObject({ ...groupRule, IpProtocol: v.literal('-1') }),
    // CDK's placeholder in a group that may connect to nobody: no host has that address, and ICMP is not TCP.
    v.strictObject({ ...groupRule, IpProtocol: v.literal('icmp'), CidrIp: v.literal('255.255.255.255/32') }),
  ]),
  v.check(
    (rule) => Object.keys(rule).filter((name) => /^(CidrIp|Source|Destination)/.test(name)).length === 1,
    'it needs exactly one peer',
  ),
  v.transform((rule): Rule & { readonly groupId: string | undefined } => {
    const { GroupId: groupId, IpProtocol, CidrIp } = rule;
    if (IpProtocol === 'icmp') return { groupId, ...ALLOW_NOTHING };
    const source = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
    const list = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
    const includes: Rule['includes'] =
      CidrIp ??
      (({ service, groups = [] }) =>
        source ? groups.some(({ id }) => id === source) : service !== undefined && listOf(service) === list);
    const ports = IpProtocol === 'tcp' ? { from: rule.FromPort, to: rule.ToPort } : ALL_PORTS;
    return { groupId, includes, ports };
  }),
);
const Group = v.strictObject({
  ...inVpc,
  GroupDescription: anything,
  SecurityGroupIngress: v.optional(v.array(GroupRule), []),
  SecurityGroupEgress: v.optional(v.array(GroupRule), []),
});
const ClosedDefault = v.strictObject({ ServiceToken: anything, Account: anything, DefaultSecurityGroupId: Id });

/** What a reference to the default security group of a VPC resolves to. */
export function defaultGroupId(vpcId: string): string {
  return `${vpcId}.DefaultSecurityGroup`;
}

/** The security groups, by id, with the VPC's default one. */
export function readSecurityGroups({ read }: ResourceReader, vpcId: string): ReadonlyMap<string, SecurityGroup> {
  const groups = new Map<string, SecurityGroup>();
  for (const group of read('AWS::EC2::SecurityGroup', Group)) {
    groups.set(group.id, { id: group.id, in: [...group.SecurityGroupIngress], out: [...group.SecurityGroupEgress] });
  }
  const defaultId = defaultGroupId(vpcId);
  const closed = read('Custom::VpcRestrictDefaultSG', ClosedDefault);
  const isDefault: Rule['includes'] = ({ groups: its = [] }) => its.some(({ id }) => id === defaultId);
  groups.set(
    defaultId,
    closed.some(({ DefaultSecurityGroupId }) => DefaultSecurityGroupId === defaultId)
      ? { id: defaultId, in: [], out: [] }
      : { id: defaultId, in: [{ includes: isDefault, ports: ALL_PORTS }], out: [ALLOW_ALL] },
  );
  // A group that is made without a rule for what goes out gets one that allows everything (CloudFormation,
  // AWS::EC2::SecurityGroup). Whether a rule that comes later takes it away again, nobody promises: here it does not.
  for (const { id, out } of groups.values()) if (id !== defaultId && out.length === 0) out.push(ALLOW_ALL);
  for (const rule of read('AWS::EC2::SecurityGroupIngress', GroupRule)) at(groups, rule.groupId).in.push(rule);
  for (const rule of read('AWS::EC2::SecurityGroupEgress', GroupRule)) at(groups, rule.groupId).out.push(rule);
  return groups;
}

/** @throws Error if there is no value with that key, which is to say that a reference leads nowhere */
export function at<T>(map: ReadonlyMap<string, T>, key: string | undefined): T {
  const value = key === undefined ? undefined : map.get(key);
  if (value === undefined) throw new Error(`Nothing that is known has the id ${key}.`);
  return value;
}
