/** The subnets of a VPC, with their network ACLs and routes, read from templates. */
import * as v from 'valibot';
import { anything, at, Block, Cidr, DEFAULT_ACL, Id, inVpc, type NetworkAcl, type Peer } from './rules.ts';
import type { ResourceReader } from './template.ts';

/** Where packets go that are not for the VPC itself, to which every table has a route. */
interface RouteTable {
  /** Whether peers are among the destinations that lead to an internet gateway. */
  readonly internet: readonly ((peer: Peer) => boolean)[];
  /** Whether DynamoDB's addresses lead to its gateway endpoint. */
  readonly dynamodb: boolean;
}
/** That of a subnet which is associated with no other (VPC user guide, "Route tables"). */
const MAIN_ROUTE_TABLE: RouteTable = { internet: [], dynamodb: false };

export interface Subnet {
  /** Its block of addresses and its zone: `10.0.0.0/27 (zone 1)`. */
  readonly name: string;
  readonly cidr: string;
  readonly acl: NetworkAcl;
  readonly routes: RouteTable;
}

const SubnetProperties = v.strictObject({
  ...inVpc,
  CidrBlock: Cidr,
  AvailabilityZone: v.string(),
  MapPublicIpOnLaunch: anything,
});
const RouteTableAssociation = v.strictObject({ SubnetId: Id, RouteTableId: Id });
const AclAssociation = v.strictObject({ SubnetId: Id, NetworkAclId: Id });

/** The subnets, by id. */
export function readSubnets(
  reader: ResourceReader,
  acls: ReadonlyMap<string, NetworkAcl>,
): ReadonlyMap<string, Subnet> {
  const { read } = reader;
  const tables = readRouteTables(reader);
  const tableOf = new Map<string, RouteTable>();
  const aclOf = new Map<string, NetworkAcl>();
  const associate = <T>(map: Map<string, T>, subnetId: string, value: T) => {
    if (map.has(subnetId)) throw new Error(`${subnetId} is associated twice.`);
    map.set(subnetId, value);
  };
  for (const { SubnetId, RouteTableId } of read('AWS::EC2::SubnetRouteTableAssociation', RouteTableAssociation)) {
    associate(tableOf, SubnetId, at(tables, RouteTableId));
  }
  for (const { SubnetId, NetworkAclId } of read('AWS::EC2::SubnetNetworkAclAssociation', AclAssociation)) {
    associate(aclOf, SubnetId, at(acls, NetworkAclId));
  }
  return new Map(
    read('AWS::EC2::Subnet', SubnetProperties).map(({ id, CidrBlock: cidr, AvailabilityZone }) => [
      id,
      {
        name: `${cidr} (${AvailabilityZone})`,
        cidr,
        acl: aclOf.get(id) ?? DEFAULT_ACL,
        routes: tableOf.get(id) ?? MAIN_ROUTE_TABLE,
      },
    ]),
  );
}

const InternetGateway = v.strictObject({ Tags: anything });
const GatewayAttachment = v.strictObject({ VpcId: Id, InternetGatewayId: Id });
const GatewayEndpoint = v.strictObject({
  ...inVpc,
  VpcEndpointType: v.literal('Gateway'),
  ServiceName: v.pipe(v.string(), v.endsWith('.dynamodb')),
  RouteTableIds: v.array(Id),
  // It limits requests, not packets.
  PolicyDocument: anything,
});

/** The route tables, by id. */
function readRouteTables({ read }: ResourceReader): ReadonlyMap<string, RouteTable> {
  const gateways = read('AWS::EC2::InternetGateway', InternetGateway).map(({ id }) => id);
  const attached = read('AWS::EC2::VPCGatewayAttachment', GatewayAttachment).map((it) => it.InternetGatewayId);
  const Route = v.strictObject({
    RouteTableId: Id,
    DestinationCidrBlock: Block,
    GatewayId: v.picklist(gateways, 'it is not an internet gateway'),
  });
  // Those to a gateway that is not attached are black holes.
  const routes = read('AWS::EC2::Route', Route).filter(({ GatewayId }) => attached.includes(GatewayId));
  const endpoints = read('AWS::EC2::VPCEndpoint', GatewayEndpoint);
  return new Map(
    read('AWS::EC2::RouteTable', v.strictObject(inVpc)).map(({ id }) => [
      id,
      {
        internet: routes.filter(({ RouteTableId }) => RouteTableId === id).map((route) => route.DestinationCidrBlock),
        dynamodb: endpoints.some(({ RouteTableIds }) => RouteTableIds.includes(id)),
      },
    ]),
  );
}
