import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { routes } from '../../lambda/routes.ts';
import type { StageConfig } from '../config.ts';
import { ApiFunction } from '../constructs/api-function.ts';
import { DynamoDbPrefixList } from '../constructs/dynamodb-prefix-list.ts';
import { LoadBalancer } from '../constructs/load-balancer.ts';
import type { DataStack } from './data.ts';
import type { NetworkStack } from './network.ts';

export interface ApiStackProps extends StackProps {
  readonly config: StageConfig;
  readonly code: Code;
  readonly network: Pick<NetworkStack, 'vpc' | 'publicSubnets' | 'isolatedSubnets'>;
  readonly tables: Pick<DataStack, 'timestamps' | 'people'>;
}

/** What answers: the function, and the load balancer in front of it. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { config, code, network, tables } = props;
    const { vpc, publicSubnets, isolatedSubnets } = network;
    const { domain, memoryMb, shards, readShards, timestampRetentionDays } = config;
    const logRetention: RetentionDays = config.logRetentionDays;

    const dynamodb = new DynamoDbPrefixList(this, 'DynamoDb', { logRetention }).peer;
    const { fn } = new ApiFunction(this, 'Api', {
      code,
      vpc,
      subnets: isolatedSubnets,
      dynamodb,
      memoryMb,
      timeout: Duration.seconds(config.timeoutSeconds),
      shards,
      readShards,
      timestampRetentionDays,
      logRetention,
      corsOrigins: config.corsOrigins,
    });
    tables.timestamps.bindTo(fn);
    tables.people.bindTo(fn);
    const { url } = new LoadBalancer(this, 'LoadBalancer', {
      vpc,
      subnets: publicSubnets,
      fn,
      paths: [...new Set(routes.map(({ path }) => path))],
      domain,
      accessLogRetention: Duration.days(config.accessLogRetentionDays),
    });
    if (!domain)
      Annotations.of(this).addWarningV2(
        'rollcall:http-only',
        'No domain is configured: HTTP only, readable on its way.',
      );
    new CfnOutput(this, 'Url', { value: url, description: 'Where the API is reached' });
  }
}
