/** Changes of templates, for tests that see whether the model of the network notices them. */
import type { Json, Resource } from '../../support/synth.ts';
import type { Stacks } from './template.ts';

/** What is different, and the templates with it. */
type Variation = readonly [name: string, stacks: Stacks];
export type Properties = Readonly<Record<string, Json>>;

/** The templates with other properties of a resource; without it, if there are none. */
export function edit(stacks: Stacks, id: string, change: (properties: Properties) => Properties | undefined): Stacks {
  const [stack = '', name = ''] = id.split('/');
  const { [name]: resource, ...others } = stacks[stack]?.Resources ?? {};
  if (!resource) throw new Error(`There is no ${id}.`);
  const changed = change(resource.Properties ?? {});
  return {
    ...stacks,
    [stack]: {
      ...stacks[stack],
      Resources: changed ? { ...others, [name]: { ...resource, Properties: changed } } : others,
    },
  };
}

export function without(stacks: Stacks, id: string): Stacks {
  return edit(stacks, id, () => undefined);
}

/** The templates with more resources in a stack. */
export function add(stacks: Stacks, stack: string, resources: Readonly<Record<string, Resource>>): Stacks {
  return { ...stacks, [stack]: { ...stacks[stack], Resources: { ...stacks[stack]?.Resources, ...resources } } };
}

/** The resources of some types, by `stack/name`. */
export function ofTypes(
  stacks: Stacks,
  ...types: string[]
): { readonly id: string; readonly properties: Properties }[] {
  return Object.entries(stacks).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([name, { Properties = {} }]) => ({ id: `${stack}/${name}`, properties: Properties })),
  );
}

/** A reference, for its own stack, to the first resource of a type whose id begins so. */
export function refTo(stacks: Stacks, type: string, prefix: string): { readonly Ref: string } {
  const found = ofTypes(stacks, type).find(({ id }) => id.startsWith(prefix));
  if (!found) throw new Error(`There is no ${prefix}.`);
  return { Ref: found.id.replace(/.*\//, '') };
}

/** A rule of a security group, in the group or apart from it; and the templates with another rule, or none, instead. */
interface GroupRule {
  readonly name: string;
  readonly direction: 'Ingress' | 'Egress';
  readonly rule: Properties;
  readonly replace: (rule?: Properties) => Stacks;
}

function groupRules(stacks: Stacks): GroupRule[] {
  return (['Ingress', 'Egress'] as const).flatMap((direction) => [
    ...ofTypes(stacks, 'AWS::EC2::SecurityGroup').flatMap(({ id, properties }) => {
      const rules = (properties[`SecurityGroup${direction}`] ?? []) as readonly Properties[];
      return rules.map((rule, index) => ({
        name: `${id} ${direction} ${index}`,
        direction,
        rule,
        replace: (other?: Properties) =>
          edit(stacks, id, (group) => ({
            ...group,
            [`SecurityGroup${direction}`]: rules.toSpliced(index, 1, ...(other ? [other] : [])),
          })),
      }));
    }),
    ...ofTypes(stacks, `AWS::EC2::SecurityGroup${direction}`).map(({ id, properties: rule }) => ({
      name: id,
      direction,
      rule,
      replace: (other?: Properties) => edit(stacks, id, ({ GroupId = '' }) => other && { ...other, GroupId }),
    })),
  ]);
}

/** What CDK writes into a group that may connect to nobody. */
export const PLACEHOLDER = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };
const isPlaceholder = ({ rule }: GroupRule) => rule.CidrIp === PLACEHOLDER.CidrIp;

export function placeholders(stacks: Stacks): GroupRule[] {
  return groupRules(stacks).filter(isPlaceholder);
}

function openingRules(stacks: Stacks): GroupRule[] {
  return groupRules(stacks).filter((rule) => !isPlaceholder(rule));
}

/** For each thing that lets packets through, the templates without it. */
export function removals(stacks: Stacks): Variation[] {
  const resources = ofTypes(
    stacks,
    'AWS::EC2::NetworkAclEntry',
    'AWS::EC2::Route',
    'AWS::EC2::SubnetRouteTableAssociation',
    'AWS::EC2::VPCGatewayAttachment',
    'AWS::CloudFront::VpcOrigin',
  );
  const endpoints = ofTypes(stacks, 'AWS::EC2::VPCEndpoint');
  const routing = JSON.stringify([...ofTypes(stacks, 'AWS::EC2::Route'), ...endpoints]);
  const isUsed = (routeTable: Json | undefined) => routing.includes(JSON.stringify(routeTable));
  return [
    // A route table without a route is what keeps its subnet from those of the main one.
    ...resources
      .filter(({ properties }) => !('SubnetId' in properties) || isUsed(properties.RouteTableId))
      .map(({ id }): Variation => [id, without(stacks, id)]),
    ...endpoints.flatMap(({ id, properties }) => {
      const tables = properties.RouteTableIds as readonly Json[];
      return tables.map((_, index): Variation => {
        const RouteTableIds = tables.toSpliced(index, 1);
        return [`${id} in route table ${index}`, edit(stacks, id, (endpoint) => ({ ...endpoint, RouteTableIds }))];
      });
    }),
    ...openingRules(stacks).map(({ name, direction, replace }): Variation => {
      // AWS gives a group that has no rule for what goes out one that allows everything.
      return [name, replace(direction === 'Egress' ? PLACEHOLDER : undefined)];
    }),
  ];
}

/** For each thing that takes the place of something open, the templates without it. */
export function guardRemovals(stacks: Stacks): Variation[] {
  const resources = ofTypes(stacks, 'AWS::EC2::SubnetNetworkAclAssociation', 'Custom::VpcRestrictDefaultSG');
  return [
    ...resources.map(({ id }): Variation => [id, without(stacks, id)]),
    ...placeholders(stacks).map(({ name, replace }): Variation => [name, replace()]),
  ];
}

/** For each rule of network ACLs and security groups, the templates in which it is for all protocols and ports. */
export function widenings(stacks: Stacks): Variation[] {
  const entries = ofTypes(stacks, 'AWS::EC2::NetworkAclEntry');
  return [
    ...entries.map(({ id }): Variation => [id, edit(stacks, id, (entry) => ({ ...entry, Protocol: -1 }))]),
    ...openingRules(stacks).map(({ name, rule, replace }): Variation => [name, replace({ ...rule, IpProtocol: '-1' })]),
  ];
}

export const ANYWHERE = '0.0.0.0/0';

export function resource(Type: string, Properties: Properties = {}): Resource {
  return { Type, Properties };
}

/** What a rule of a security group is for: TCP to a port. */
export function tcp(port: number) {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port };
}

/** A rule of a network ACL that allows packets from or to anywhere. @param ports all, without it */
export function aclRule(
  acl: Json,
  direction: 'in' | 'out',
  number: number,
  ports?: readonly [number, number],
): Resource {
  return resource('AWS::EC2::NetworkAclEntry', {
    NetworkAclId: acl,
    Egress: direction === 'out',
    RuleNumber: number,
    RuleAction: 'allow',
    CidrBlock: ANYWHERE,
    ...(ports ? { Protocol: 6, PortRange: { From: ports[0], To: ports[1] } } : { Protocol: -1 }),
  });
}
