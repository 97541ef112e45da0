import * as v from 'valibot';
import { block, text } from '../config/schemas.ts';

/**
 * A network ACL takes 20 rules for each direction, the one that denies the rest among them (VPC user guide, "Quotas").
 */
const MAX_CIDRS = 19;
const CIDRS_ALLOWED = `1 to ${MAX_CIDRS} different blocks of IPv4 addresses such as 52.94.24.0/23`;

/** The VPC has so many zones. */
const ZONE_COUNT = 2;
const ZONES_ALLOWED = 'the ids of two zones of the region, such as ["use1-az1", "use1-az2"]';

export const NETWORK_VALUES = {
  /** Fixed at synthesis: the load balancer's logs are delivered by an account that differs by region. */
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'the name of an AWS region, such as eu-west-1'),
  /** Room for four subnets: two of 32 addresses for the load balancer, if there is one, two of 32 for the function. */
  vpcCidr: v.optional(block(16, 25, 'a block of IPv4 addresses from /16 to /25, such as 10.0.0.0/24'), '10.0.0.0/24'),
  /**
   * The ids of the two zones of the VPC. Names, such as us-east-1a, mean another zone in each account; ids do not. Without
   * them CloudFormation takes two, which it may only where each will do.
   */
  zones: v.optional(
    v.pipe(
      v.array(text(/^[a-z]{2,}\d-az\d$/, ZONES_ALLOWED), ZONES_ALLOWED),
      v.length(ZONE_COUNT, ZONES_ALLOWED),
      v.check((zones) => new Set(zones).size === ZONE_COUNT, ZONES_ALLOWED),
    ),
  ),
  /** The addresses that the function's subnets may reach on port 443; without it, all. AWS may add to a region's. */
  dynamodbCidrs: v.optional(
    v.pipe(
      v.array(block(0, 32, CIDRS_ALLOWED), CIDRS_ALLOWED),
      v.minLength(1, CIDRS_ALLOWED),
      v.maxLength(MAX_CIDRS, CIDRS_ALLOWED),
      v.check((list) => new Set(list).size === list.length, CIDRS_ALLOWED),
    ),
  ),
};
