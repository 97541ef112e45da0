import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IPeer, Peer } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

export interface DynamoDbPrefixListProps {
  readonly logRetention: RetentionDays;
}

/**
 * The addresses of DynamoDB in this region, as AWS keeps them. The id of such a list differs by region, and neither
 * CloudFormation nor a synthesis without an account knows it, so it is asked for when the stack is deployed.
 */
export class DynamoDbPrefixList extends Construct {
  readonly peer: IPeer;

  constructor(scope: Construct, id: string, { logRetention }: DynamoDbPrefixListProps) {
    super(scope, id);
    const name = `com.amazonaws.${Stack.of(this).region}.dynamodb`;
    const lookUp = {
      service: 'EC2',
      action: 'describeManagedPrefixLists',
      parameters: { Filters: [{ Name: 'prefix-list-name', Values: [name] }] },
      outputPaths: ['PrefixLists.0.PrefixListId'],
      physicalResourceId: PhysicalResourceId.of(name),
    };
    const logGroup = new LogGroup(this, 'LogGroup', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const resource = new AwsCustomResource(this, 'LookUp', {
      onCreate: lookUp,
      onUpdate: lookUp,
      installLatestAwsSdk: false,
      memorySize: 128,
      logGroup,
      role,
      policy: AwsCustomResourcePolicy.fromStatements([
        // This action cannot be limited to a resource (Service Authorization Reference, Amazon EC2).
        new PolicyStatement({ actions: ['ec2:DescribeManagedPrefixLists'], resources: ['*'] }),
      ]),
    });
    Validations.of(resource.node.findChild('CustomResourcePolicy')).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ec2:DescribeManagedPrefixLists, which only reads, cannot be limited to a resource.',
    });
    // The function behind custom resources is one for the whole stack.
    const fn = Stack.of(this).node.findChild(`AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`);
    Validations.of(fn).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: 'CloudFormation waits for its answer; nothing is queued.' },
      { id: 'Serverless-LambdaTracing', reason: 'It runs only during a deployment.' },
    );
    this.peer = Peer.prefixList(resource.getResponseField('PrefixLists.0.PrefixListId'));
  }
}
