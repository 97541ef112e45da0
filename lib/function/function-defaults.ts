import { RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The properties of every function of ours: a bundle of build/bundle.ts, that logs JSON. */
export const FUNCTION_DEFAULTS = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'handler.handler',
  loggingFormat: LoggingFormat.JSON,
} as const;

/** A log that expires and goes with its stack, and a role that may do nothing but write to it. */
export function loggedRole(scope: Construct, roleId: string, retention: RetentionDays) {
  const logGroup = new LogGroup(scope, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(scope, roleId, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return { logGroup, role };
}
