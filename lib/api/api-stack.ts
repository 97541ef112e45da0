import { Annotations, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ApiAlarms } from '../alarms/api-alarms.ts';
import { Budget } from '../alarms/budget.ts';
import type { StageConfig } from '../config/read-stage.ts';
import type { Table } from '../data/table.ts';
import { EDGE_REGION } from '../edge/edge-region.ts';
import { CdnSecret } from '../fronts/cdn-secret.ts';
import { createFronts } from '../fronts/create-fronts.ts';
import type { Front, OriginFactory } from '../fronts/front.ts';
import type { CodeOf } from '../function/bundles.ts';
import { CanaryDeployment } from '../function/canary-deployment.ts';
import { LogQueries } from '../function/log-queries.ts';
import type { ServiceFunction } from '../function/service-function.ts';
import { AwsPrefixList } from '../network/aws-prefix-list.ts';
import type { NetworkStack } from '../network/network-stack.ts';
import { SendFunction } from '../notify/send-function.ts';
import { pagesUrlOf } from '../notify/send-values.ts';
import { WatchFunction } from '../watch/watch-function.ts';
import { ApiFunction } from './api-function.ts';
import { NotifyFunction } from './notify-function.ts';

export interface ApiStackProps extends StackProps {
  /** The beginning of the names of the stage's stacks. */
  readonly name: string;
  readonly config: StageConfig;
  readonly codeOf: CodeOf;
  readonly network: Pick<NetworkStack, 'vpc' | 'balancerSubnets' | 'isolatedSubnets'>;
  readonly tables: readonly Table[];
}

/** The functions of a stage, the fronts that invoke the one that answers, and their alarms. */
export class ApiStack extends Stack {
  /** The front, as CloudFront asks it. @default - CloudFront does not stand before it */
  readonly origin: OriginFactory | undefined;
  /** The function that answers HTTP. */
  readonly fn: LambdaFunction;
  /** @default - nobody watches */
  readonly watch: WatchFunction | undefined;
  readonly functions: readonly ServiceFunction[];
  readonly fronts: readonly Front[];
  /** The names of the alarms that notify. */
  readonly alarms: readonly string[];

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { config, codeOf, network, tables } = props;
    const logRetention: RetentionDays = config.logRetentionDays;
    const timeout = Duration.seconds(config.timeoutSeconds);

    const name = `com.amazonaws.${this.region}.dynamodb`;
    const dynamodb = new AwsPrefixList(this, 'DynamoDb', { name, logRetention }).peer;
    const isolation = { vpc: network.vpc, subnets: network.isolatedSubnets, dynamodb };
    const runtime = { isolation, tables, timeout, logRetention };
    const api = new ApiFunction(this, 'Api', { ...config, ...runtime, code: codeOf('api') });
    const { fn, alias } = api;
    this.fn = fn;
    this.fronts = createFronts(this, { config, network, alias });
    // Another function is constructed here, and added to the list: its alarms and its row follow.
    const { oidc } = config;
    const telling = { ...config, baseUrl: pagesUrlOf(config, this.fronts) };
    const reachOut = { ...telling, tables, logRetention, code: codeOf('notify') };
    const watched = config.watch
      ? {
          watch: new WatchFunction(this, 'Watch', { ...telling, ...runtime, code: codeOf('watch') }),
          send: new SendFunction(this, 'Send', reachOut),
        }
      : undefined;
    const notify = oidc && new NotifyFunction(this, 'Notify', { ...reachOut, oidc });
    this.watch = watched?.watch;
    this.functions = [api, ...Object.values(watched ?? {}), ...(notify ? [notify] : [])];
    const { functions, fronts } = this;
    const alarms = config.alarms
      ? new ApiAlarms(this, 'Alarms', { config, api, functions, fronts, tables, ...watched })
      : undefined;
    this.alarms = alarms?.names ?? [];
    const check = {
      fn,
      alias,
      timeout,
      logRetention,
      code: codeOf('deployment-check'),
      alarms: alarms?.stopping ?? [],
    };
    const canary = config.deployment === 'canary' ? new CanaryDeployment(this, 'Canary', check) : undefined;
    if (config.cdn) {
      const generation = config.cdn.originSecretGeneration;
      const secret = new CdnSecret(this, 'OriginSecret', { generation, edgeRegion: EDGE_REGION });
      for (const one of [api, canary]) if (one) secret.bindTo(one.fn);
      this.origin = originAmong(fronts, secret, timeout);
    }
    for (const { url } of fronts) {
      if (url) new CfnOutput(this, 'Url', { value: url, description: 'Where the API is reached' });
    }
    new LogQueries(this, 'LogQueries', { fn, prefix: props.name });
    const { monthlyBudgetUsd: monthlyUsd, alarmEmails: emails } = config;
    if (monthlyUsd) new Budget(this, 'Budget', { monthlyUsd, emails });
    this.warn(config);
  }

  private warn({ domain, alarms, alarmEmails }: StageConfig): void {
    const warnings = Annotations.of(this);
    if (!domain && this.fronts.some(({ url }) => url)) warnings.addWarningV2('rollcall:http-only', HTTP_ONLY);
    if (alarms && alarmEmails.length === 0) warnings.addWarningV2('rollcall:nobody-is-told', NOBODY_IS_TOLD);
  }
}

/** The first of the fronts before which CloudFront can stand. */
function originAmong(fronts: readonly Front[], secret: CdnSecret, timeout: Duration): OriginFactory | undefined {
  const [originOf] = fronts.flatMap((front) => front.originOf?.bind(front) ?? []);
  // A second longer than the function may take, so that its answer is the one that arrives.
  const readTimeout = timeout.plus(Duration.seconds(1));
  return originOf && ((edge) => originOf(edge, { customHeaders: secret.headersAtEdge(), readTimeout }));
}

const NOBODY_IS_TOLD = 'No address stands in alarmEmails: the alarms are seen on the dashboard, and nobody is told.';
const HTTP_ONLY = 'No domain is configured: HTTP only, readable on its way.';
