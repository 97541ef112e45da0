import { type SubnetConfiguration, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { BalancerExposure } from '../fronts/load-balancer/listeners.ts';

/** A load balancer wants at least 32 addresses in a subnet (Elastic Load Balancing user guide). */
const cidrMask = 27;

/** The subnets of the function: no way leads out of them but to DynamoDB. */
export const FUNCTION_TIER: SubnetConfiguration = {
  name: 'Isolated',
  subnetType: SubnetType.PRIVATE_ISOLATED,
  cidrMask,
};

/** The subnets of a load balancer, by who reaches it. */
export const BALANCER_TIERS: Readonly<Record<BalancerExposure, SubnetConfiguration>> = {
  // Load balancers have addresses of their own; nothing else that starts here should get one.
  public: { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask, mapPublicIpOnLaunch: false },
  cloudfront: { name: 'Internal', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask },
};
