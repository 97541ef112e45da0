import { CfnResource, CustomResourceProviderBase, type IAspect, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the functions behind CDK's own custom resources log groups that expire, and that go with their stack. Without
 * them Lambda makes such groups itself, for ever. (CDK's CustomResourceConfig does this for other custom resources.)
 */
export class ProviderLogs implements IAspect {
  private readonly retention: RetentionDays;

  constructor(retention: RetentionDays) {
    this.retention = retention;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CustomResourceProviderBase)) return;
    const handler = node.node.findChild('Handler');
    if (!(handler instanceof CfnResource) || handler.node.tryFindChild('LogGroup') !== undefined) return;
    const { logGroupName } = new LogGroup(handler, 'LogGroup', {
      retention: this.retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroupName });
  }
}
