import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, type CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebAclLogsProps {
  readonly acl: CfnWebACL;
  readonly retention: RetentionDays;
}

/**
 * The log of a firewall, of what it blocks or counts; what it lets through is in other logs. Without queries and
 * credentials.
 */
export class WebAclLogs extends Construct {
  constructor(scope: Construct, id: string, { acl, retention }: WebAclLogsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroup = new LogGroup(this, 'LogGroup', {
      // The service takes no group whose name begins otherwise (WAF developer guide, "Logging destinations").
      logGroupName: `aws-waf-logs-${stack.stackName}`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Without it, the service would write itself a right that stays when the stack goes.
    const right = logGroup.grantWrite(new ServicePrincipal('delivery.logs.amazonaws.com'));
    const kept = ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'];
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        // WAF takes it without the asterisk that LogGroup puts at its end.
        stack.formatArn({ service: 'logs', resource: `log-group:${logGroup.logGroupName}` }),
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: kept.map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
      redactedFields: [
        { queryString: {} },
        { singleHeader: { Name: 'authorization' } },
        { singleHeader: { Name: 'cookie' } },
      ],
    });
    logging.node.addDependency(logGroup);
    right.applyBefore(logging);
  }
}
