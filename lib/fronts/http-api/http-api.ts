import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { type IOrigin, OriginSslPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, LogGroupClass, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AlarmSet } from '../../alarms/alarm-set.ts';
import type { Row } from '../../dashboard/graphs.ts';
import type { Front, FrontOriginProps } from '../front.ts';
import { addHttpApiAlarms } from './alarms.ts';
import { httpApiRow } from './rows.ts';

export interface HttpApiProps {
  /** The alias that is invoked: it leads to the version that serves. */
  readonly alias: Alias;
  /** The paths of the routes: `/app/{id}`. */
  readonly paths: readonly string[];
  /** The limits of all clients together. @default - those of the account */
  readonly throttle?: { readonly requestsPerSecond: number; readonly burst: number } | undefined;
  readonly logRetention: RetentionDays;
}

/**
 * The fields that are logged of a request: nothing of its headers, where CloudFront's secret is, nor of its query and its
 * body; nor its time, which CloudWatch has of each line.
 */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/**
 * An HTTP API that invokes the function for the paths of its routes, and answers 404 itself for all others. Each path
 * takes any method: HEAD, OPTIONS and 405 are the function's to answer, as they are behind a load balancer. Its own address
 * is open to the internet; the function refuses what comes there without CloudFront's secret.
 */
export class HttpApi extends Construct implements Front {
  /** By what the function lets through. */
  readonly exposure = 'cloudfront';
  private readonly api: gateway.HttpApi;

  constructor(scope: Construct, id: string, { alias, paths, throttle, logRetention }: HttpApiProps) {
    super(scope, id);
    this.api = new gateway.HttpApi(this, 'Api', { apiName: Stack.of(this).stackName, createDefaultStage: false });
    // One permission, for the routes of this API alone; they all lead to this function.
    const integration = new HttpLambdaIntegration('Function', alias, {
      payloadFormatVersion: gateway.PayloadFormatVersion.VERSION_2_0,
      scopePermissionToRoute: false,
    });
    for (const path of paths) {
      for (const route of this.api.addRoutes({ path, methods: [gateway.HttpMethod.ANY], integration })) {
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: NO_LOGIN });
      }
    }
    const stage = new gateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      ...(throttle && { throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst } }),
      accessLogSettings: {
        destination: new gateway.LogGroupLogDestination(this.logGroup(logRetention)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    // The group of the log can only go when nothing writes to it any more.
    stage.node.addDependency(this.node.findChild('AccessLog'));
  }

  /** A metric of the API. */
  metric(name: string, options: MetricOptions): Metric {
    return this.api.metric(name, options);
  }

  /** The API as CloudFront reaches it: by HTTPS, under its own name. */
  originOf(_edge: Construct, props: FrontOriginProps): IOrigin {
    const { region, urlSuffix } = Stack.of(this);
    const name = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    return new HttpOrigin(name, { ...props, originSslProtocols: [OriginSslPolicy.TLS_V1_2] });
  }

  addAlarms(alarms: AlarmSet): void {
    addHttpApiAlarms(alarms, this);
  }

  rowsOf(title: string): readonly Row[] {
    return [httpApiRow(this, title)];
  }

  private logGroup(retention: RetentionDays): LogGroup {
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
      // Half the price, for what is seldom read: Logs Insights searches it, and nothing makes metrics of it.
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
    });
    // Without it, the service would write itself a right that stays when the stack goes.
    logGroup.grantWrite(new ServicePrincipal('delivery.logs.amazonaws.com'));
    return logGroup;
  }
}

const NO_LOGIN = 'The API is open to everybody by design; what does not come through CloudFront, the function refuses.';
