import { Stack, Validations } from 'aws-cdk-lib';
import { type IPeer, Peer } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { loggedRole } from '../function/function-defaults.ts';

export interface AwsPrefixListProps {
  /** That of AWS: `com.amazonaws.eu-west-1.dynamodb`. */
  readonly name: string;
  readonly logRetention: RetentionDays;
}

/** The function behind custom resources, one for the whole stack. */
const PROVIDER = `AWS${AwsCustomResource.PROVIDER_FUNCTION_UUID.replaceAll('-', '')}`;

/**
 * The addresses of a service, as AWS keeps them. The id of such a list differs by region, and neither CloudFormation nor
 * a synthesis without an account knows it, so it is asked for when the stack is deployed.
 */
export class AwsPrefixList extends Construct {
  readonly peer: IPeer;

  constructor(scope: Construct, id: string, { name, logRetention }: AwsPrefixListProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const lookUp = {
      service: 'EC2',
      action: 'describeManagedPrefixLists',
      parameters: { Filters: [{ Name: 'prefix-list-name', Values: [name] }] },
      outputPaths: ['PrefixLists.0.PrefixListId'],
      physicalResourceId: PhysicalResourceId.of(name),
    };
    const isFirst = stack.node.tryFindChild(PROVIDER) === undefined;
    const resource = new AwsCustomResource(this, 'LookUp', {
      onCreate: lookUp,
      onUpdate: lookUp,
      installLatestAwsSdk: false,
      memorySize: 128,
      ...(isFirst && loggedRole(this, 'Role', logRetention)),
      policy: AwsCustomResourcePolicy.fromStatements([
        // This action cannot be limited to a resource (Service Authorization Reference, Amazon EC2).
        new PolicyStatement({ actions: ['ec2:DescribeManagedPrefixLists'], resources: ['*'] }),
      ]),
    });
    Validations.of(resource.node.findChild('CustomResourcePolicy')).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ec2:DescribeManagedPrefixLists, which only reads, cannot be limited to a resource.',
    });
    if (isFirst) {
      Validations.of(stack.node.findChild(PROVIDER)).acknowledge(
        { id: 'Serverless-LambdaDLQ', reason: 'CloudFormation waits for its answer; nothing is queued.' },
        { id: 'Serverless-LambdaTracing', reason: 'It runs only during a deployment.' },
      );
    }
    this.peer = Peer.prefixList(resource.getResponseField('PrefixLists.0.PrefixListId'));
  }
}
