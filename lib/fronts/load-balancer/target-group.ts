import { Stack } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/**
 * The version that serves as the target of a load balancer, with multi-value headers on. CDK's LambdaTarget lets any load
 * balancer of any account invoke the function; this one only those of this account.
 */
export function functionTargetGroup(scope: Construct, id: string, alias: Alias): elb.ApplicationTargetGroup {
  const { account } = Stack.of(scope);
  const permissionId = 'LoadBalancer';
  alias.addPermission(permissionId, {
    principal: new ServicePrincipal('elasticloadbalancing.amazonaws.com'),
    sourceAccount: account,
    // Its full name cannot be known here: the group can only be made once it may invoke.
    sourceArn: Stack.of(scope).formatArn({
      service: 'elasticloadbalancing',
      resource: 'targetgroup',
      resourceName: '*',
    }),
  });
  const targetGroup = new elb.ApplicationTargetGroup(scope, id, {
    targetType: elb.TargetType.LAMBDA,
    multiValueHeadersEnabled: true,
    targets: [
      {
        attachToApplicationTargetGroup: () => ({
          targetType: elb.TargetType.LAMBDA,
          targetJson: { id: alias.functionArn },
        }),
      },
    ],
  });
  targetGroup.node.addDependency(alias.node.findChild(permissionId));
  return targetGroup;
}
