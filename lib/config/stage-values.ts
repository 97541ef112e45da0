import { isIPv4 } from 'node:net';
import * as v from 'valibot';
import { isOrigin, MAX_RETENTION_DAYS } from '../../lambda/api/env.ts';
import { CLIENT_IP_MODES } from '../../lambda/api/http/caller-address.ts';
import { MAX_SHARDS } from '../../lambda/core/timestamps/timestamp-id.ts';

/** What CloudWatch Logs takes as a retention, in days, up to a year (API reference, PutRetentionPolicy). */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;

function wholeNumber(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

function text(pattern: RegExp, allowed: string) {
  return v.pipe(v.string(allowed), v.regex(pattern, allowed));
}

/** A block of IPv4 addresses whose mask has `from` to `to` bits. */
function block(from: number, to: number, allowed: string) {
  return v.pipe(
    v.string(allowed),
    v.check((text) => {
      const [address = '', mask = '', ...rest] = text.split('/');
      const bits = Number(mask);
      return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(mask) && bits >= from && bits <= to;
    }, allowed),
  );
}

const retention = v.picklist(RETENTIONS, `one of ${RETENTIONS.join(', ')} (days)`);
/** A network ACL takes 20 rules for each direction, the one that denies the rest among them (VPC user guide, "Quotas"). */
const MAX_CIDRS = 19;
const CIDRS_ALLOWED = `1 to ${MAX_CIDRS} different blocks of IPv4 addresses such as 52.94.24.0/23`;
const cidrs = v.pipe(
  v.array(block(0, 32, CIDRS_ALLOWED), CIDRS_ALLOWED),
  v.minLength(1, CIDRS_ALLOWED),
  v.maxLength(MAX_CIDRS, CIDRS_ALLOWED),
  v.check((list) => new Set(list).size === list.length, CIDRS_ALLOWED),
);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_ALLOWED = 'a list of e-mail addresses such as oncall@example.com';
const ORIGIN_ALLOWED = 'an origin such as https://app.example.com';
const OBJECTIVE_ALLOWED = 'a number from 95 to 99.99 (percent)';
const domainName = text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a domain name such as rollcall.example.com');

/** CloudFront in front of the stage. */
const Cdn = v.strictObject(
  {
    /** Raised by one, and deployed, it changes the secret between CloudFront and the function (docs/adr/0010). */
    originSecretGeneration: v.optional(wholeNumber(1, 9999), 1),
    /** How long the pages that are the same for everybody may be kept at the edge. */
    pageCacheSeconds: v.optional(wholeNumber(1, 3600), 60),
  },
  'an object with originSecretGeneration and pageCacheSeconds, both optional',
);
/** The web application firewall of CloudFront. */
const Waf = v.strictObject(
  {
    /** AWS counts from 10 on. */
    requestsPer5Minutes: wholeNumber(10, 2_000_000_000),
  },
  'an object with requestsPer5Minutes, for each address',
);
/** What the HTTP API lets through, of all clients together; the rest is answered with 429. */
const Throttle = v.strictObject(
  { requestsPerSecond: wholeNumber(1, 10_000), burst: wholeNumber(1, 5000) },
  'an object with requestsPerSecond and burst',
);
const FRONTS = ['alb', 'http-api'] as const;
const DEPLOYMENTS = ['all-at-once', 'canary'] as const;
const SHARE_ALLOWED = 'a number from 0 to 1';

/** The values of a stage as they stand in cdk.json. Each message says what is allowed. */
export const StageValues = v.strictObject({
  /** What invokes the function: a load balancer or an HTTP API. Behind `cdn` the load balancer has no public address. */
  front: v.optional(v.picklist(FRONTS, `one of ${FRONTS.join(', ')}`), 'alb'),
  cdn: v.optional(Cdn),
  waf: v.optional(Waf),
  throttle: v.optional(Throttle),
  /** Fixed at synthesis: the load balancer's logs are delivered by an account that differs by region. */
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'the name of an AWS region, such as eu-west-1'),
  /** Room for four subnets: two of 32 addresses for the load balancer, if there is one, two of 32 for the function. */
  vpcCidr: v.optional(block(16, 25, 'a block of IPv4 addresses from /16 to /25, such as 10.0.0.0/24'), '10.0.0.0/24'),
  memoryMb: v.optional(wholeNumber(128, 10_240), 256),
  timeoutSeconds: v.optional(wholeNumber(1, 60), 10),
  /** How many shards the timestamps are spread over. It may only grow. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), 8),
  /** How many shards are read, if more than that: the first of two deployments that let `shards` grow (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /** For the logs of the function, the HTTP API, the firewall, the flows of the VPC and the custom resources. */
  logRetentionDays: v.optional(retention, 14),
  /** For the access logs in S3: of the load balancer, and of CloudFront. */
  accessLogRetentionDays: v.optional(wholeNumber(1, 3650), 30),
  /** How many days timestamps are kept; without it, for ever. */
  timestampRetentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /**
   * How much of the clients' addresses the function stores and, at most the network, logs: whole, the network only, or
   * nothing. The logs of what stands in front have whole addresses; CloudFront's only if this is `full`.
   */
  clientIp: v.optional(v.picklist(CLIENT_IP_MODES, `one of ${CLIENT_IP_MODES.join(', ')}`), 'full'),
  /** The origins whose pages may use the API; without it, CORS is off. */
  corsOrigins: v.optional(
    v.array(
      v.pipe(v.string(ORIGIN_ALLOWED), v.check(isOrigin, ORIGIN_ALLOWED)),
      'a list of origins such as https://app.example.com',
    ),
    [],
  ),
  /** Whether the stage refuses to be destroyed, and the tables are kept when their stack goes nevertheless. */
  protectData: v.optional(v.boolean('true or false'), false),
  /** Whether somebody is told when users suffer. docs/slo.md says what the alarms cost. */
  alarms: v.optional(v.boolean('true or false'), true),
  /** Whether the stage has a dashboard. An account has three without charge; docs/slo.md. */
  dashboard: v.optional(v.boolean('true or false'), true),
  /** Who is told. Each address has to confirm a mail from AWS first. */
  alarmEmails: v.optional(v.array(text(EMAIL, EMAIL_ALLOWED), EMAIL_ALLOWED), []),
  /** What a month of the whole account may cost; `alarmEmails` are told. Without it, there is no budget. */
  monthlyBudgetUsd: v.optional(wholeNumber(1, 1_000_000)),
  /** The share of requests that do not fail, in percent; docs/slo.md says how it is measured. */
  availabilityObjective: v.optional(
    v.pipe(v.number(OBJECTIVE_ALLOWED), v.minValue(95, OBJECTIVE_ALLOWED), v.maxValue(99.99, OBJECTIVE_ALLOWED)),
    99.9,
  ),
  /** How many functions may run at the same time in the account and region; new accounts may have 10. */
  accountConcurrency: v.optional(wholeNumber(10, 1_000_000), 1000),
  /** How a new version gets its requests: all of them, or first one in ten for five minutes (docs/adr/0016). */
  deployment: v.optional(v.picklist(DEPLOYMENTS, `one of ${DEPLOYMENTS.join(', ')}`), 'all-at-once'),
  /** Which share of the requests X-Ray is to trace; 0 turns traces off. docs/adr/0016 says what Lambda makes of it. */
  traceSampling: v.optional(
    v.pipe(v.number(SHARE_ALLOWED), v.minValue(0, SHARE_ALLOWED), v.maxValue(1, SHARE_ALLOWED)),
    0.05,
  ),
  /** How far back the tables can be restored. */
  recoveryDays: v.optional(wholeNumber(1, 35), 35),
  /** The addresses that the function's subnets may reach on port 443; without it, all. AWS may add to a region's. */
  dynamodbCidrs: v.optional(cidrs),
  /** Turns on HTTPS. The hosted zone must be in this account. */
  domain: v.optional(
    v.pipe(
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
    ),
  ),
});

/** The values of a stage, with defaults filled in. */
export type StageValues = Readonly<v.InferOutput<typeof StageValues>>;

/** Where CloudFront looks for certificates, firewalls and deliveries of logs, and keeps its metrics. */
export const EDGE_REGION = 'us-east-1';

/** Who reaches a load balancer: everybody, or CloudFront alone. */
export type Exposure = 'public' | 'internal';

/** Who reaches the load balancer of a stage; undefined when it has none. */
export function exposureOf({ front, cdn }: Pick<StageValues, 'front' | 'cdn'>): Exposure | undefined {
  if (front !== 'alb') return undefined;
  return cdn === undefined ? 'public' : 'internal';
}

/** A value that is right by itself, but not beside the others. */
interface Misfit {
  readonly name: keyof StageValues;
  /** What it must be, and because of what. */
  readonly allowed: string;
}

/** An HTTP API waits 30 seconds for the function (developer guide, "Quotas"); it must have answered by then. */
const HTTP_API_TIMEOUT = 29;

/** As many addresses as a budget tells (Budgets API reference, NotificationWithSubscribers). */
const MAX_BUDGET_EMAILS = 10;

/** The values that do not fit the shape of the stage. */
export function misfitsOf(values: StageValues): Misfit[] {
  const { front, cdn, waf, throttle, timeoutSeconds, monthlyBudgetUsd, alarmEmails } = values;
  const isHttpApi = front === 'http-api';
  const unless = (fits: boolean, name: keyof StageValues, allowed: string): Misfit[] =>
    fits ? [] : [{ name, allowed }];
  return [
    ...unless(
      !isHttpApi || cdn !== undefined,
      'cdn',
      'an object, such as {}, because an HTTP API stands behind CloudFront',
    ),
    ...unless(!isHttpApi || throttle !== undefined, 'throttle', 'an object, because front is http-api'),
    ...unless(isHttpApi || throttle === undefined, 'throttle', 'left out, because only an HTTP API throttles'),
    ...unless(waf === undefined || cdn !== undefined, 'waf', 'left out, because there is no cdn that it could protect'),
    ...unless(
      !isHttpApi || timeoutSeconds <= HTTP_API_TIMEOUT,
      'timeoutSeconds',
      `at most ${HTTP_API_TIMEOUT}, because an HTTP API does not wait longer`,
    ),
    ...unless(
      monthlyBudgetUsd === undefined || (alarmEmails.length > 0 && alarmEmails.length <= MAX_BUDGET_EMAILS),
      'alarmEmails',
      `1 to ${MAX_BUDGET_EMAILS} addresses, because monthlyBudgetUsd tells them`,
    ),
  ];
}
