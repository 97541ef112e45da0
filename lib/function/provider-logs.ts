import { CfnResource, CustomResourceProviderBase, type IAspect, RemovalPolicy } from 'aws-cdk-lib';
import { CfnRolePolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the functions behind CDK's own custom resources log groups that expire and that go with their stack, and no right
 * to make others: Lambda would make one, for ever, for what they still have to say when their group has gone. (CDK's
 * CustomResourceConfig does the first for other custom resources.)
 */
export class ProviderLogs implements IAspect {
  private readonly retention: RetentionDays;

  constructor(retention: RetentionDays) {
    this.retention = retention;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CustomResourceProviderBase)) return;
    const handler = node.node.findChild('Handler');
    const role = node.node.findChild('Role');
    if (!(handler instanceof CfnResource && role instanceof CfnResource)) return;
    if (handler.node.tryFindChild('LogGroup') !== undefined) return;
    const logGroup = new LogGroup(handler, 'LogGroup', {
      retention: this.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName });
    role.addPropertyDeletionOverride('ManagedPolicyArns');
    new CfnRolePolicy(handler, 'LogPolicy', {
      roleName: role.ref,
      policyName: 'Log',
      policyDocument: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
        ],
      }),
    });
  }
}
