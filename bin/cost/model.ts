import { bytesOf, type Line, metricsOf } from './log-lines.ts';
import type { KindName, Measured } from './measure.ts';
import prices from './prices.json' with { type: 'json' };
import type { Shape } from './shape.ts';

export const PRICES = prices.dollars;

/** The figures that are not known before they are measured in the account. */
export const ASSUMED = {
  /** From a function in a VPC to DynamoDB and back. The queries of a page go out together. */
  roundTripMs: 5,
  /** Lambda gives a function its share of a processor by its memory (developer guide, "Configure function memory"). */
  mbOfOneProcessor: 1769,
  /** Of the requests, that start an instance, and how long that takes; it is billed. */
  coldStartShare: 0.001,
  coldStartMs: 500,
  /** Of the requests, that are traced, if the templates do not say it. */
  sampling: 0.05,
} as const;

export const HOURS = 730;
/** Load balancer capacity units, Lambda targets: new connections a second, and GB an hour. */
export const LCU = { connections: 25, gbAnHour: 0.4 } as const;

/** Dollars, by the service that they are paid for. */
export type Bill = ReadonlyMap<string, number>;

/** The cost of a month without any request, by service. Records that are kept are not in it. */
export function idleBill(shape: Shape): Bill {
  return new Map([
    ['Load balancer', shape.loadBalancers * HOURS * PRICES.albHour],
    ['Public IPv4 addresses', shape.publicAddresses * PRICES.publicIpv4Month],
    ['NAT gateways', shape.natGateways * HOURS * PRICES.natGatewayHour],
    ['Interface endpoints', shape.interfaceEndpoints * HOURS * PRICES.interfaceEndpointZoneHour],
    ['WAF', shape.acls * PRICES.wafAclMonth + shape.aclRules * PRICES.wafRuleMonth],
    ['Secrets Manager', shape.secrets * PRICES.secretMonth],
    ['KMS', shape.keys * PRICES.keyMonth],
    [
      'CloudWatch alarms',
      shape.alarmMetrics * PRICES.alarmMetricMonth + shape.compositeAlarms * PRICES.compositeAlarmMonth,
    ],
    ['CloudWatch dashboard', shape.dashboards * PRICES.dashboardMonth],
  ]);
}

/** The cost of a number of equal requests in a month, by service. */
export function requestBill(shape: Shape, measured: Measured, requests: number): Bill {
  const { requestBytes, responseBytes, writeUnits, readUnits, storedBytes, lines } = measured;
  const gb = (bytes: number) => (requests * bytes) / 1e9;
  const logged = (bytes: number, isInfrequent: boolean) =>
    gb(bytes) * (isInfrequent ? PRICES.infrequentLogGb : PRICES.logGb);
  // A connection for each request, as curl makes them: the dearest that a client can be.
  const lcuHours = Math.max(requests / 3600 / LCU.connections, gb(requestBytes + responseBytes) / LCU.gbAnHour);
  const { platformLog, accessLog } = shape;
  return new Map([
    ['CloudFront requests', shape.distributions * requests * PRICES.cloudFrontRequest],
    [
      'CloudFront bytes',
      shape.distributions *
        (gb(responseBytes) * PRICES.cloudFrontGbOut + gb(requestBytes) * PRICES.cloudFrontGbToOrigin),
    ],
    // From CloudFront's origins nothing is charged.
    ['Bytes to the internet', shape.distributions > 0 ? 0 : gb(responseBytes) * PRICES.internetGbOut],
    ['WAF', shape.acls * requests * PRICES.wafRequest],
    ['HTTP API', shape.httpApis * requests * PRICES.httpApiRequest],
    ['Load balancer', shape.loadBalancers * lcuHours * PRICES.albLcuHour],
    ['Lambda requests', requests * PRICES.lambdaRequest],
    [
      'Lambda duration',
      ((requests * billedMs(shape, measured)) / 1000) * (shape.memoryMb / 1024) * PRICES.lambdaGbSecond,
    ],
    ['DynamoDB writes', requests * writeUnits * PRICES.writeUnit],
    ['DynamoDB reads', requests * readUnits * PRICES.readUnit],
    [
      'DynamoDB storage, recovery',
      ((requests * storedBytes) / 2 ** 30) * (PRICES.storageGbMonth + PRICES.backupGbMonth),
    ],
    ['Logs of the function', logged(bytesOf(lines), platformLog.isInfrequent)],
    ['Logs of Lambda itself', logged(platformLog.bytes, platformLog.isInfrequent)],
    ['Logs of the HTTP API', logged(accessLog.bytes, accessLog.isInfrequent)],
    ['X-Ray', requests * samplingOf(shape) * PRICES.trace],
  ]);
}

/** The cost of custom metrics in a month in which the requests that log these lines come. */
function metricsBill(lines: readonly Line[]): Bill {
  return new Map([['CloudWatch custom metrics', new Set(metricsOf(lines)).size * PRICES.customMetricMonth]]);
}

/** The milliseconds that Lambda bills for a request, on average: if its share of a processor were given out evenly. */
export function billedMs({ memoryMb }: Pick<Shape, 'memoryMb'>, { cpuMs }: Pick<Measured, 'cpuMs'>): number {
  const share = Math.min(1, memoryMb / ASSUMED.mbOfOneProcessor);
  const warm = Math.ceil(cpuMs / share + ASSUMED.roundTripMs);
  return warm + ASSUMED.coldStartShare * ASSUMED.coldStartMs;
}

/** What a month costs in which all tables and indexes are read and written as fast as they let, without a pause. */
export function limitBill({ maxReadUnits = 0, maxWriteUnits = 0 }: Shape): Bill {
  const seconds = HOURS * 3600;
  return new Map([
    ['reads', maxReadUnits * seconds * PRICES.readUnit],
    ['writes', maxWriteUnits * seconds * PRICES.writeUnit],
  ]);
}

/** The share of requests that is traced. */
export function samplingOf({ sampling }: Pick<Shape, 'sampling'>): number {
  return sampling ?? ASSUMED.sampling;
}

export function totalOf(bill: Bill): number {
  return [...bill.values()].reduce((sum, each) => sum + each, 0);
}

/** How many requests of which kind come in a month. */
export interface Traffic {
  readonly posts: number;
  readonly gets: number;
  /** Sources that answer each minute. What they post is among the posts. */
  readonly sources: number;
}

/** The cost of a month, and of one more request. */
export interface Month {
  readonly idle: Bill;
  readonly posts: Bill;
  readonly gets: Bill;
  /** The marginal cost of a million requests. */
  readonly million: Readonly<Record<KindName, number>>;
}

export function monthOf(
  shape: Shape,
  measured: Readonly<Record<KindName, Measured>>,
  { posts, gets }: Pick<Traffic, 'posts' | 'gets'>,
): Month {
  const million = (kind: KindName) => totalOf(requestBill(shape, measured[kind], 1e6));
  return {
    idle: idleBill(shape),
    posts: billOf(shape, measured.post, posts),
    gets: billOf(shape, measured.get, gets),
    million: {
      post: million('post'),
      postWithSource: million('postWithSource'),
      get: million('get'),
      dearestGet: million('dearestGet'),
    },
  };
}

/** So many requests of a month, and the metrics that count them. */
function billOf(shape: Shape, measured: Measured, requests: number): Bill {
  return new Map([...requestBill(shape, measured, requests), ...metricsBill(requests > 0 ? measured.lines : [])]);
}
