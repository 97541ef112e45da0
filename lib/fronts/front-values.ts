import * as v from 'valibot';
import { type Misfit, oneOf, text, unless, wholeNumber } from '../config/schemas.ts';
import type { BalancerExposure } from './load-balancer/listeners.ts';

const FRONTS = ['alb', 'http-api'] as const;
const domainName = text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a domain name such as rollcall.example.com');

/** The requests that the HTTP API lets through, of all clients together; the rest is answered with 429. */
const Throttle = v.strictObject(
  { requestsPerSecond: wholeNumber(1, 10_000), burst: wholeNumber(1, 5000) },
  'an object with requestsPerSecond and burst',
);

const Domain = v.pipe(
  v.strictObject(
    {
      name: domainName,
      hostedZoneId: text(/^Z[A-Z0-9]+$/, 'the id of a Route 53 hosted zone, such as Z0123456789ABC'),
      hostedZoneName: domainName,
    },
    'an object with name, hostedZoneId and hostedZoneName',
  ),
  v.check(
    ({ name, hostedZoneName: zone }) => name === zone || name.endsWith(`.${zone}`),
    'such that name is hostedZoneName or ends with a dot and hostedZoneName',
  ),
);

export const FRONT_VALUES = {
  /** The front: a load balancer or an HTTP API. Behind `cdn` the load balancer has no public address. */
  front: v.optional(oneOf(FRONTS), 'alb'),
  throttle: v.optional(Throttle),
  /** For the access logs in S3: of the load balancer, and of CloudFront. */
  accessLogRetentionDays: v.optional(wholeNumber(1, 3650), 30),
  /** Turns on HTTPS. The hosted zone must be in this account. */
  domain: v.optional(Domain),
};

/** The values that decide on the front of a stage. */
interface FrontChoice {
  readonly front: (typeof FRONTS)[number];
  readonly cdn?: object | undefined;
}

/** The clients of the load balancer of a stage; undefined when it has none. */
export function exposureOf({ front, cdn }: FrontChoice): BalancerExposure | undefined {
  if (front !== 'alb') return undefined;
  return cdn === undefined ? 'public' : 'cloudfront';
}

/** An HTTP API waits 30 seconds for the function (developer guide, "Quotas"); it must have answered by then. */
const HTTP_API_TIMEOUT = 29;

/** The values that do not fit the front. */
export function frontMisfits({
  front,
  cdn,
  throttle,
  timeoutSeconds,
}: FrontChoice & { readonly throttle?: object | undefined; readonly timeoutSeconds: number }) {
  const isHttpApi = front === 'http-api';
  return [
    ...unless(
      !isHttpApi || cdn !== undefined,
      'cdn',
      'an object, such as {}, because an HTTP API stands behind CloudFront',
    ),
    ...unless(!isHttpApi || throttle !== undefined, 'throttle', 'an object, because front is http-api'),
    ...unless(isHttpApi || throttle === undefined, 'throttle', 'left out, because only an HTTP API throttles'),
    ...unless(
      !isHttpApi || timeoutSeconds <= HTTP_API_TIMEOUT,
      'timeoutSeconds',
      `at most ${HTTP_API_TIMEOUT}, because an HTTP API does not wait longer`,
    ),
  ] satisfies Misfit[];
}

/**
 * The zones in which CloudFront reaches no load balancer (developer guide, "Supported AWS Regions for VPC origins"). That
 * of Seoul is taken from reports of users, not from the guide: to name zones there costs nothing if it is wrong.
 */
const ZONES_WITHOUT_VPC_ORIGINS: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'apne1-az3',
  'ap-northeast-2': 'apne2-az1',
  'ca-central-1': 'cac1-az3',
  'us-east-1': 'use1-az3',
  'us-west-1': 'usw1-az2',
};

/** The zones, if a load balancer cannot be reached in all of them. */
export function zoneMisfits(
  values: FrontChoice & { readonly region: string; readonly zones?: readonly string[] | undefined },
) {
  const { region, zones } = values;
  const badZone = exposureOf(values) === 'cloudfront' ? ZONES_WITHOUT_VPC_ORIGINS[region] : undefined;
  return unless(
    badZone === undefined || (zones !== undefined && !zones.includes(badZone)),
    'zones',
    `the ids of two zones other than ${badZone}, in which CloudFront reaches no load balancer`,
  );
}
