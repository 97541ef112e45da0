import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { routes } from '../../lambda/api/routes.ts';
import { ApiAlarms } from '../alarms/api-alarms.ts';
import { Budget } from '../alarms/budget.ts';
import type { StageConfig } from '../config/read-stage.ts';
import { EDGE_REGION, exposureOf } from '../config/stage-values.ts';
import type { Table } from '../data/table.ts';
import { OriginSecret } from '../fronts/cdn-secret.ts';
import type { OriginFactory } from '../fronts/front.ts';
import { HttpApi } from '../fronts/http-api/http-api.ts';
import { LoadBalancer } from '../fronts/load-balancer/load-balancer.ts';
import type { CodeOf } from '../function/bundles.ts';
import { CanaryDeployment } from '../function/canary-deployment.ts';
import { LogQueries } from '../function/log-queries.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import { AwsPrefixList } from '../network/aws-prefix-list.ts';
import type { NetworkStack } from '../network/network-stack.ts';
import { ApiFunction } from './api-function.ts';

export interface ApiStackProps extends StackProps {
  /** What the names of the stage's stacks begin with. */
  readonly name: string;
  readonly config: StageConfig;
  readonly codeOf: CodeOf;
  readonly network: Pick<NetworkStack, 'vpc' | 'balancerSubnets' | 'isolatedSubnets'>;
  readonly tables: readonly Table[];
}

/** What answers: the function, and the load balancer or the HTTP API in front of it. */
export class ApiStack extends Stack {
  /** What CloudFront asks. @default - CloudFront does not stand in front */
  readonly origin: OriginFactory | undefined;
  /** The function that answers HTTP. */
  readonly fn: LambdaFunction;
  readonly functions: readonly ServiceFunction[];
  readonly front: LoadBalancer | HttpApi;
  /** The names of the alarms that tell. */
  readonly alarms: readonly string[] = [];

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { config, codeOf, network, tables } = props;
    const { vpc, balancerSubnets, isolatedSubnets } = network;
    const { cdn, domain, throttle, deployment, protectData: protect } = config;
    const logRetention: RetentionDays = config.logRetentionDays;
    const timeout = Duration.seconds(config.timeoutSeconds);

    const name = `com.amazonaws.${this.region}.dynamodb`;
    const dynamodb = new AwsPrefixList(this, 'DynamoDb', { name, logRetention }).peer;
    const isolation = { vpc, subnets: isolatedSubnets, dynamodb };
    const runtime = { isolation, tables, timeout, logRetention };
    const answering = new ApiFunction(this, 'Api', { ...config, ...runtime, code: codeOf('api') });
    const { fn, alias } = answering;
    const functions: readonly ServiceFunction[] = [answering];

    const paths = [...new Set(routes.map(({ path }) => path))];
    const exposure = exposureOf(config);
    const accessLogRetention = Duration.days(config.accessLogRetentionDays);
    const balancer = { vpc, subnets: balancerSubnets, domain, accessLogRetention, protect };
    const front = exposure
      ? new LoadBalancer(this, 'LoadBalancer', { ...balancer, exposure, alias, paths, logRetention })
      : new HttpApi(this, 'HttpApi', { alias, paths, throttle, logRetention });
    const alarms = config.alarms && new ApiAlarms(this, 'Alarms', { config, api: answering, functions, front, tables });
    const stopping = alarms ? alarms.stopping : [];
    const canary =
      deployment === 'canary'
        ? new CanaryDeployment(this, 'Canary', {
            fn,
            alias,
            timeout,
            code: codeOf('deployment-check'),
            logRetention,
            alarms: stopping,
          })
        : undefined;
    if (cdn) {
      const generation = cdn.originSecretGeneration;
      const secret = new OriginSecret(this, 'OriginSecret', { generation, edgeRegion: EDGE_REGION });
      secret.bindTo(fn);
      if (canary) secret.bindTo(canary.fn);
      // A second longer than the function may take, so that its answer is the one that arrives.
      const readTimeout = timeout.plus(Duration.seconds(1));
      this.origin = (edge) => front.originOf(edge, { customHeaders: secret.headersAtEdge(), readTimeout });
    } else if (front instanceof LoadBalancer) {
      new CfnOutput(this, 'Url', { value: front.url, description: 'Where the API is reached' });
      if (!domain) Annotations.of(this).addWarningV2('rollcall:http-only', HTTP_ONLY);
    }
    new LogQueries(this, 'LogQueries', { fn, prefix: props.name });
    this.fn = fn;
    this.functions = functions;
    this.front = front;
    if (alarms) this.alarms = alarms.names;
    const { monthlyBudgetUsd: monthlyUsd, alarmEmails: emails } = config;
    if (monthlyUsd) new Budget(this, 'Budget', { monthlyUsd, emails });
    if (alarms && config.alarmEmails.length === 0)
      Annotations.of(this).addWarningV2('rollcall:nobody-is-told', NOBODY_IS_TOLD);
  }
}

const NOBODY_IS_TOLD = 'No address stands in alarmEmails: the alarms are seen on the dashboard, and nobody is told.';
const HTTP_ONLY = 'No domain is configured: HTTP only, readable on its way.';
