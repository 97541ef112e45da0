import { Stack, type StackProps } from 'aws-cdk-lib';
import { IpAddresses, type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { DynamoDbEndpoint } from '../constructs/dynamodb-endpoint.ts';
import { FlowLogs } from '../constructs/flow-logs.ts';
import { TierAcl } from '../constructs/tier-acl.ts';

const ANYWHERE = ['0.0.0.0/0'];
/** A load balancer wants at least 32 addresses in a subnet (Elastic Load Balancing user guide). */
const SUBNET_MASK = 27;

export interface NetworkStackProps extends StackProps {
  readonly cidr: string;
  /** The ports that the load balancer listens on. */
  readonly listenerPorts: readonly number[];
  readonly logRetention: RetentionDays;
  readonly dataStackName: string;
  /** @default - any address on port 443; the security group and the routes lead to DynamoDB alone */
  readonly dynamodbCidrs?: readonly string[] | undefined;
}

/** The VPC: public subnets for the load balancer, isolated ones for the function, in two zones; no NAT. */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;
  readonly publicSubnets: SubnetSelection = { subnetType: SubnetType.PUBLIC };
  readonly isolatedSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    const { cidr, listenerPorts, logRetention, dataStackName, dynamodbCidrs = ANYWHERE } = props;
    const { publicSubnets, isolatedSubnets } = this;
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: true,
      subnetConfiguration: [
        // Load balancers have addresses of their own; nothing else that starts here should get one.
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: SUBNET_MASK, mapPublicIpOnLaunch: false },
        { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: SUBNET_MASK },
      ],
    });
    new FlowLogs(this, 'FlowLogs', { vpc, retention: logRetention });
    new TierAcl(this, 'PublicAcl', {
      vpc,
      subnets: publicSubnets,
      from: listenerPorts.map((port) => ({ cidrs: ANYWHERE, port })),
    });
    new TierAcl(this, 'IsolatedAcl', {
      vpc,
      subnets: isolatedSubnets,
      to: [{ cidrs: dynamodbCidrs, port: 443 }],
    });
    new DynamoDbEndpoint(this, 'DynamoDb', { vpc, subnets: isolatedSubnets, dataStackName });
    this.vpc = vpc;
  }
}
