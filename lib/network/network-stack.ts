import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnSubnet, IpAddresses, type ISubnet, type IVpc, type SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { TableUser } from '../../lambda/core/dynamo/tables.ts';
import type { BalancerExposure } from '../fronts/load-balancer/listeners.ts';
import { pinExports } from '../pin-exports.ts';
import { DynamoDbEndpoint } from './dynamodb-endpoint.ts';
import { FlowLogs } from './flow-logs.ts';
import { TierAcl } from './tier-acl.ts';
import { BALANCER_TIERS, FUNCTION_TIER } from './tiers.ts';
import { UnroutedGateway } from './unrouted-gateway.ts';

const ANYWHERE = ['0.0.0.0/0'];

export interface NetworkStackProps extends StackProps {
  readonly cidr: string;
  /** The ids of its two zones. @default - two that CloudFormation takes */
  readonly zones?: readonly string[] | undefined;
  /** The clients of the load balancer. @default - there is none, nor subnets for one */
  readonly exposure?: BalancerExposure | undefined;
  /** The ports that the load balancer listens on. */
  readonly listenerPorts: readonly number[];
  readonly logRetention: RetentionDays;
  readonly dataStackName: string;
  /** Who uses tables in the stage. */
  readonly users: readonly TableUser[];
  /** @default - any address on port 443; the security group and the routes lead to DynamoDB alone */
  readonly dynamodbCidrs?: readonly string[] | undefined;
}

/** The VPC: subnets for the load balancer, if there is one, and isolated ones for the function, in two zones; no NAT. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  readonly balancerSubnets: SubnetSelection;
  readonly isolatedSubnets: SubnetSelection = { subnetGroupName: FUNCTION_TIER.name };

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const {
      cidr,
      zones,
      exposure,
      listenerPorts,
      logRetention,
      dataStackName,
      users,
      dynamodbCidrs = ANYWHERE,
    } = props;
    const tier = exposure && BALANCER_TIERS[exposure];
    const tiers = [...(tier ? [tier] : []), FUNCTION_TIER];
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: tiers,
    });
    if (zones) for (const { name } of tiers) place(vpc.selectSubnets({ subnetGroupName: name }).subnets, zones);
    this.vpc = vpc;
    this.balancerSubnets = { subnetGroupName: tier?.name ?? 'none' };
    if (exposure === 'cloudfront') new UnroutedGateway(this, 'Gateway', vpc);
    new FlowLogs(this, 'FlowLogs', { vpc, retention: logRetention });
    if (tier) {
      // CloudFront, too, comes with addresses of its own, which no ACL could name.
      const from = listenerPorts.map((port) => ({ cidrs: ANYWHERE, port }));
      new TierAcl(this, `${tier.name}Acl`, { vpc, subnets: this.balancerSubnets, from });
    }
    const to = [{ cidrs: dynamodbCidrs, port: 443 }];
    new TierAcl(this, 'IsolatedAcl', { vpc, subnets: this.isolatedSubnets, to });
    new DynamoDbEndpoint(this, 'DynamoDb', { vpc, subnets: this.isolatedSubnets, dataStackName, users });
    pinExports(this, [vpc.vpcId, ...[...vpc.publicSubnets, ...vpc.isolatedSubnets].map(({ subnetId }) => subnetId)]);
  }
}

/** Puts the subnets of a tier into zones that have ids; the CDK knows names only. */
function place(subnets: readonly ISubnet[], zones: readonly string[]): void {
  for (const [index, { node }] of subnets.entries()) {
    if (!(node.defaultChild instanceof CfnSubnet)) throw new Error(`${node.path} is no subnet of this stack`);
    node.defaultChild.availabilityZone = undefined;
    node.defaultChild.availabilityZoneId = zones[index];
  }
}
