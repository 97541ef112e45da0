import * as v from 'valibot';
import { API_FUNCTION, resourcesOf, WATCH_FUNCTION } from '../shared/templates.ts';
import { accessLine, bytesOf, PLATFORM_LINES } from './log-lines.ts';

const List = v.array(v.unknown());
const Ref = v.union([
  v.pipe(
    v.object({ Ref: v.string() }),
    v.transform(({ Ref }) => Ref),
  ),
  v.pipe(
    v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.string()]) }),
    v.transform((value) => value['Fn::GetAtt'][0]),
  ),
]);

const LoadBalancer = v.object({ Scheme: v.string(), Subnets: List });
const Acl = v.object({ Rules: List });
const Secret = v.object({ ReplicaRegions: v.optional(List, []) });
const Alarm = v.object({ Metrics: v.optional(v.array(v.object({ MetricStat: v.optional(v.unknown()) }))) });
/** An alarm on what a tick counts: Lambda counts for the function, a tick for itself. */
const WatchAlarm = v.object({ AlarmName: v.pipe(v.string(), v.regex(/-(watch|outbox)-late$/)) });
const Endpoint = v.object({ VpcEndpointType: v.optional(v.string(), 'Gateway'), SubnetIds: v.optional(List, []) });
const LogGroup = v.object({ LogGroupClass: v.optional(v.string(), 'STANDARD') });
const LambdaFunction = v.object({
  MemorySize: v.optional(v.number(), 128),
  Timeout: v.optional(v.number(), 3),
  LoggingConfig: v.optional(v.object({ SystemLogLevel: v.optional(v.string()), LogGroup: v.optional(Ref) }), {}),
});
const ApiStage = v.object({ AccessLogSettings: v.object({ Format: v.string(), DestinationArn: Ref }) });
const SamplingRule = v.object({ SamplingRule: v.object({ FixedRate: v.number() }) });

const Reads = v.object({
  ReadOnDemandThroughputSettings: v.optional(v.object({ MaxReadRequestUnits: v.number() })),
});
const Writes = v.object({
  WriteOnDemandThroughputSettings: v.optional(v.object({ MaxWriteRequestUnits: v.number() })),
});
const GlobalTable = v.object({
  ...Writes.entries,
  GlobalSecondaryIndexes: v.optional(v.array(Writes), []),
  Replicas: v.tuple([v.object({ ...Reads.entries, GlobalSecondaryIndexes: v.optional(v.array(Reads), []) })]),
});

/** The log of a request beside what the function writes: bytes, and in which class of a log group. */
export interface LogShape {
  readonly bytes: number;
  readonly isInfrequent: boolean;
}

/** The watch of a stage. */
export interface WatchShape {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly alarmMetrics: number;
}

/** The parts of the templates of a stage that cost money. */
export interface Shape {
  readonly loadBalancers: number;
  readonly publicAddresses: number;
  readonly httpApis: number;
  readonly distributions: number;
  readonly acls: number;
  readonly aclRules: number;
  readonly natGateways: number;
  /** Each in each of its zones. */
  readonly interfaceEndpoints: number;
  readonly secrets: number;
  readonly keys: number;
  readonly alarmMetrics: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Units a second that all tables and indexes take together. @default - one of them has no limit */
  readonly maxReadUnits: number | undefined;
  readonly maxWriteUnits: number | undefined;
  readonly memoryMb: number;
  /** The share of requests that is traced. @default - the templates do not say it */
  readonly sampling: number | undefined;
  /** Of Lambda itself, in the group of the function's own lines. */
  readonly platformLog: LogShape;
  /** Of the HTTP API. */
  readonly accessLog: LogShape;
  /** @default - nobody watches */
  readonly watch: WatchShape | undefined;
}

/** @param templates those of all stacks of a stage */
export function readShape(templates: readonly unknown[]): Shape {
  const resources = resourcesOf(templates);
  const count = (type: string) => resources.filter(([, { Type }]) => Type === type).length;
  const all = <T>(type: string, schema: v.GenericSchema<unknown, T>): [string, T][] =>
    resources.flatMap(([id, { Type, Properties = {} }]) => (Type === type ? [[id, v.parse(schema, Properties)]] : []));
  const sum = <T>(type: string, schema: v.GenericSchema<unknown, T>, of: (properties: T) => number): number =>
    all(type, schema).reduce((total, [, properties]) => total + of(properties), 0);

  const groups = new Map(all('AWS::Logs::LogGroup', LogGroup));
  const isInfrequent = (group: string | undefined) =>
    group !== undefined && groups.get(group)?.LogGroupClass === 'INFREQUENT_ACCESS';
  const functions = all('AWS::Lambda::Function', LambdaFunction);
  const [fn] = functions.filter(([id]) => API_FUNCTION.test(id));
  const [watch] = functions.filter(([id]) => WATCH_FUNCTION.test(id));
  if (fn === undefined) throw new Error('The templates have no function that answers requests.');
  const [, { MemorySize, LoggingConfig }] = fn;
  const isQuiet = LoggingConfig.SystemLogLevel === 'WARN';
  const access = all('AWS::ApiGatewayV2::Stage', ApiStage).map(([, { AccessLogSettings }]) => AccessLogSettings);
  const [rule] = all('AWS::XRay::SamplingRule', SamplingRule);
  return {
    loadBalancers: count('AWS::ElasticLoadBalancingV2::LoadBalancer'),
    publicAddresses:
      sum('AWS::ElasticLoadBalancingV2::LoadBalancer', LoadBalancer, ({ Scheme, Subnets }) =>
        Scheme === 'internet-facing' ? Subnets.length : 0,
      ) + count('AWS::EC2::EIP'),
    httpApis: count('AWS::ApiGatewayV2::Api'),
    distributions: count('AWS::CloudFront::Distribution'),
    acls: count('AWS::WAFv2::WebACL'),
    aclRules: sum('AWS::WAFv2::WebACL', Acl, ({ Rules }) => Rules.length),
    natGateways: count('AWS::EC2::NatGateway'),
    interfaceEndpoints: sum('AWS::EC2::VPCEndpoint', Endpoint, ({ VpcEndpointType, SubnetIds }) =>
      VpcEndpointType === 'Gateway' ? 0 : Math.max(1, SubnetIds.length),
    ),
    secrets: sum('AWS::SecretsManager::Secret', Secret, ({ ReplicaRegions }) => 1 + ReplicaRegions.length),
    keys: count('AWS::KMS::Key'),
    // An alarm on one metric has no list of them.
    alarmMetrics: sum('AWS::CloudWatch::Alarm', Alarm, ({ Metrics }) =>
      Metrics === undefined ? 1 : Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length,
    ),
    compositeAlarms: count('AWS::CloudWatch::CompositeAlarm'),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    maxReadUnits: sumOfAll(
      all('AWS::DynamoDB::GlobalTable', GlobalTable).flatMap(
        ([
          ,
          {
            Replicas: [replica],
          },
        ]) =>
          [replica, ...replica.GlobalSecondaryIndexes].map(
            (place) => place.ReadOnDemandThroughputSettings?.MaxReadRequestUnits,
          ),
      ),
    ),
    maxWriteUnits: sumOfAll(
      all('AWS::DynamoDB::GlobalTable', GlobalTable).flatMap(([, table]) =>
        [table, ...table.GlobalSecondaryIndexes].map(
          (place) => place.WriteOnDemandThroughputSettings?.MaxWriteRequestUnits,
        ),
      ),
    ),
    memoryMb: MemorySize,
    sampling: rule?.[1].SamplingRule.FixedRate,
    platformLog: {
      bytes: isQuiet ? 0 : bytesOf(PLATFORM_LINES),
      isInfrequent: isInfrequent(LoggingConfig.LogGroup),
    },
    accessLog: {
      bytes: bytesOf(access.map(({ Format }) => accessLine(Format))),
      isInfrequent: access.some(({ DestinationArn }) => isInfrequent(DestinationArn)),
    },
    watch: watch && {
      memoryMb: watch[1].MemorySize,
      timeoutSeconds: watch[1].Timeout,
      alarmMetrics: all('AWS::CloudWatch::Alarm', v.unknown()).filter(([, alarm]) => v.is(WatchAlarm, alarm)).length,
    },
  };
}

/** Undefined if one of them is. */
function sumOfAll(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length < numbers.length ? undefined : known.reduce((sum, number) => sum + number, 0);
}
