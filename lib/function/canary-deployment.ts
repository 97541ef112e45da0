import { Duration, Validations } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Alias, CfnFunction, type Code, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { CHECK_ENV, REPORT_MS } from '../../lambda/deployment-check/env.ts';
import { ServiceFunction } from './service-function.ts';

export interface CanaryDeploymentProps {
  readonly fn: LambdaFunction;
  /** The alias that leads to the version that serves. */
  readonly alias: Alias;
  /** How long the function may take. */
  readonly timeout: Duration;
  /** The bundle of the deployment check. */
  readonly code: Code;
  readonly logRetention: RetentionDays;
  /** The alarms that say that the new version is bad. */
  readonly alarms: readonly IAlarm[];
}

/** Two requests, each of which may take all of the function's time, and the start of a function for each. */
const STARTS = Duration.seconds(10);

/**
 * The move of the alias to a new version by CodeDeploy: first this function, the deployment check, tries the version,
 * then one request in ten goes to it for five minutes, then all. A check that fails or an alarm takes all of it back,
 * and the update of the stack with it.
 */
export class CanaryDeployment extends ServiceFunction {
  constructor(scope: Construct, id: string, { fn, alias, timeout, code, logRetention, alarms }: CanaryDeploymentProps) {
    super(scope, id, {
      // CodeDeploy's role lies beside.
      ids: { function: 'Check', role: 'CheckRole' },
      description: 'Tries a new version before it gets requests',
      code,
      memoryMb: 256,
      timeout: Duration.seconds(2 * timeout.plus(STARTS).toSeconds() + REPORT_MS / 1000),
      logRetention,
      environment: { [CHECK_ENV.version]: fn.currentVersion.functionArn },
      monitoring: { noneBecause: 'CodeDeploy takes the deployment back when it fails, and whoever deploys sees that.' },
      traces: { noneBecause: 'It runs only during a deployment.' },
      deadLetters: { noneBecause: 'CodeDeploy waits for its word; nothing is queued that could be lost.' },
    });
    this.allowInvocations(fn);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    new LambdaDeploymentGroup(this, 'Group', {
      application: new LambdaApplication(this, 'Application'),
      alias,
      preHook: this.fn,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [...alarms],
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: alarms.length > 0 },
      // CDK would add AWS's policy, which moves the aliases of all functions of the account.
      role: role.withoutPolicyUpdates(),
    });
    // Nothing else has CloudFormation wait for them before it starts the deployment.
    alias.node.addDependency(this.allowMoves(role, fn));
  }

  /**
   * Lets the check invoke any version: the right to the new one would be seconds old, and might not be known everywhere.
   */
  private allowInvocations(fn: LambdaFunction): void {
    this.role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [versionsOf(fn)] }));
    Validations.of(this.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${nameInFindings(fn)}:*]`,
      reason: 'Each deployment tries another version of the function, and no other function.',
    });
  }

  /** The rights of AWS's policy AWSCodeDeployRoleForLambdaLimited, for this function alone. */
  private allowMoves(role: Role, fn: LambdaFunction): Policy {
    const policy = new Policy(this, 'Rights', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
          resources: [fn.functionArn, versionsOf(fn)],
        }),
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.fn.functionArn] }),
        new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
      ],
    });
    Validations.of(policy).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${nameInFindings(fn)}:*]`,
        reason: 'The aliases and versions of this function, and of no other.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'cloudwatch:DescribeAlarms, which only reads: a list cannot be limited to some of its alarms.',
      },
    );
    return policy;
  }
}

/** The ARN of any version or alias of a function. */
function versionsOf(fn: LambdaFunction): string {
  return `${fn.functionArn}:*`;
}

/** How cdk-nag names the ARN of a function in its findings. */
function nameInFindings({ stack, node }: LambdaFunction): string {
  const { defaultChild } = node;
  if (!(defaultChild instanceof CfnFunction)) throw new TypeError('A function has no resource.');
  return `<${stack.getLogicalId(defaultChild)}.Arn>`;
}
