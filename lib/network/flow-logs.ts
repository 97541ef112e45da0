import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnFlowLog, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface FlowLogsProps {
  readonly vpc: IVpc;
  readonly retention: RetentionDays;
}

/**
 * The flows of a VPC, accepted and rejected, in a log group. Made of the plain resource, because CDK's FlowLog gives its
 * role a right to pass itself on, which nothing needs (VPC user guide, "Publish flow logs to CloudWatch Logs").
 */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { vpc, retention }: FlowLogsProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
    // Only for this account's logs (VPC user guide, "IAM role for publishing flow logs").
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    const assumedBy = new ServicePrincipal('vpc-flow-logs.amazonaws.com', { conditions });
    const role = new Role(this, 'Role', { assumedBy });
    logGroup.grantWrite(role);
    const flowLog = new CfnFlowLog(this, 'FlowLog', {
      resourceId: vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    flowLog.node.addDependency(role);
  }
}
