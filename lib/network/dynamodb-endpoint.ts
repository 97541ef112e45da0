import { Aws, Stack } from 'aws-cdk-lib';
import { GatewayVpcEndpoint, GatewayVpcEndpointAwsService, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type TableUser, tablesUsedBy } from '../../lambda/core/dynamo/tables.ts';
import { actionsOf } from '../data/table.ts';

export interface DynamoDbEndpointProps {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /**
   * The stack that holds the tables. CloudFormation begins the name of a table with that of its stack and its logical
   * id, so the policy can name them without a reference that would tie the network to the data.
   */
  readonly dataStackName: string;
  /** Who uses tables in the stage. */
  readonly users: readonly TableUser[];
}

/** The way from the subnets to DynamoDB, which costs nothing, and over which only this app's tables can be reached. */
export class DynamoDbEndpoint extends Construct {
  constructor(scope: Construct, id: string, { vpc, subnets, dataStackName, users }: DynamoDbEndpointProps) {
    super(scope, id);
    const endpoint = new GatewayVpcEndpoint(this, 'Endpoint', {
      vpc,
      subnets: [subnets],
      service: GatewayVpcEndpointAwsService.DYNAMODB,
    });
    const named = (logicalId: string) =>
      Stack.of(this).formatArn({
        service: 'dynamodb',
        resource: 'table',
        resourceName: `${dataStackName}-${logicalId}*`,
      });
    const allow = (actions: readonly string[], resource: string) =>
      endpoint.addToPolicy(
        new PolicyStatement({
          // Whoever is in the account and has the right itself: the policy of an endpoint only limits.
          principals: [new AnyPrincipal()],
          conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
          actions: [...actions],
          resources: [resource],
        }),
      );
    for (const [, { name, use }] of tablesUsedBy(users)) {
      // The end of the name takes in the table's indexes, too.
      const operations = users.flatMap((user) => [...(use[user]?.table ?? []), ...(use[user]?.index ?? [])]);
      allow(actionsOf([...new Set(operations)]), named(name));
    }
  }
}
