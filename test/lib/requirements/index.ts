/** What the templates of the stages must hold. */
import { alarmRequirements } from './alarms.ts';
import { cdnRequirements } from './cdn.ts';
import { commonRequirements } from './common.ts';
import { dataRequirements } from './data.ts';
import { deploymentRequirements } from './deployment.ts';
import type { Expected } from './expected.ts';
import { firewallRequirements } from './firewall.ts';
import { functionRequirements } from './function.ts';
import { httpApiRequirements } from './http-api.ts';
import { balancerRequirements } from './load-balancer.ts';
import { networkRequirements } from './network.ts';
import type { Requirement } from './templates.ts';

/** The requirements of a stage. */
export function requirementsOf(expected: Expected): readonly Requirement[] {
  const { balancer, hasCdn, hasFirewall } = expected;
  return [
    ...networkRequirements(expected),
    ...dataRequirements(expected),
    ...functionRequirements(expected),
    ...deploymentRequirements(expected),
    ...(balancer ? balancerRequirements(expected, balancer) : httpApiRequirements),
    ...(hasCdn ? cdnRequirements(expected) : []),
    ...(hasFirewall ? firewallRequirements : []),
    ...alarmRequirements(expected),
    ...commonRequirements(expected),
  ];
}
