import { Validations } from 'aws-cdk-lib';
import {
  AclCidr,
  AclTraffic,
  type IVpc,
  NetworkAcl,
  type SubnetSelection,
  TrafficDirection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** The ports from which load balancers and Lambda, and most clients, open connections (VPC user guide, "Ephemeral ports"). */
const EPHEMERAL_PORTS = AclTraffic.tcpPortRange(1024, 65_535);

/** Connections that one side may open; the answers follow from them. */
export interface AclFlow {
  /** Blocks of IPv4 addresses at the other end. */
  readonly cidrs: readonly string[];
  readonly port: number;
}

export interface TierAclProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** @default - nobody may connect to the subnets */
  readonly from?: readonly AclFlow[];
  /** @default - the subnets may connect to nobody */
  readonly to?: readonly AclFlow[];
}

/**
 * The network ACL of a tier of subnets. ACLs have no memory: for each flow there is one rule that lets it in (or out) on
 * its port, and one that lets its answers back on the ports from which connections are opened.
 */
export class TierAcl extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, from = [], to = [] }: TierAclProps) {
    super(scope, id);
    const acl = new NetworkAcl(this, 'Acl', { vpc, subnetSelection: subnets });
    Validations.of(acl).acknowledge({
      id: 'AwsSolutions-VPC3',
      reason:
        'The ACL is a second line behind the security groups; a test proves that it opens just the intended flows.',
    });
    const counts = { [TrafficDirection.INGRESS]: 0, [TrafficDirection.EGRESS]: 0 };
    const allow = (direction: TrafficDirection, cidr: string, traffic: AclTraffic) => {
      counts[direction] += 1;
      const ruleNumber = 100 * counts[direction];
      const name = direction === TrafficDirection.INGRESS ? `In${ruleNumber}` : `Out${ruleNumber}`;
      acl.addEntry(name, { cidr: AclCidr.ipv4(cidr), traffic, ruleNumber, direction });
    };
    const { INGRESS, EGRESS } = TrafficDirection;
    for (const { cidrs, port } of from) for (const cidr of cidrs) allow(INGRESS, cidr, AclTraffic.tcpPort(port));
    for (const { cidrs, port } of to) for (const cidr of cidrs) allow(EGRESS, cidr, AclTraffic.tcpPort(port));
    for (const cidr of new Set(from.flatMap(({ cidrs }) => cidrs))) allow(EGRESS, cidr, EPHEMERAL_PORTS);
    for (const cidr of new Set(to.flatMap(({ cidrs }) => cidrs))) allow(INGRESS, cidr, EPHEMERAL_PORTS);
  }
}
