import { isIPv4 } from 'node:net';
import * as v from 'valibot';
import { MAX_SHARDS } from '../lambda/domain/timestamp-id.ts';
import { MAX_RETENTION_DAYS, ORIGIN } from '../lambda/env.ts';

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
const domainName = text(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a domain name such as rollcall.example.com');

/** The values of a stage as they stand in cdk.json. Each message says what is allowed. */
const Stage = v.strictObject({
  /** Fixed at synthesis: the load balancer's logs are delivered by an account that differs by region. */
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'the name of an AWS region, such as eu-west-1'),
  /** Room for four subnets: two of 32 addresses for the load balancer, two of 32 for the function. */
  vpcCidr: v.optional(block(16, 25, 'a block of IPv4 addresses from /16 to /25, such as 10.0.0.0/24'), '10.0.0.0/24'),
  memoryMb: v.optional(wholeNumber(128, 10_240), 256),
  timeoutSeconds: v.optional(wholeNumber(1, 60), 10),
  /** How many shards the timestamps are spread over. It may only grow. */
  shards: v.optional(wholeNumber(1, MAX_SHARDS), 8),
  /** How many shards are read, if more than that: the first of two deployments that let `shards` grow (docs/scale.md). */
  readShards: v.optional(wholeNumber(1, MAX_SHARDS)),
  /** For the logs of the function, the flows of the VPC and the custom resources. */
  logRetentionDays: v.optional(retention, 14),
  /** For the load balancer's access logs in S3. */
  accessLogRetentionDays: v.optional(wholeNumber(1, 3650), 30),
  /** How many days timestamps are kept; without it, for ever. */
  timestampRetentionDays: v.optional(wholeNumber(1, MAX_RETENTION_DAYS)),
  /** The origins whose pages may use the API; without it, CORS is off. */
  corsOrigins: v.optional(
    v.array(
      text(ORIGIN, 'an origin such as https://app.example.com'),
      'a list of origins such as https://app.example.com',
    ),
    [],
  ),
  /** Whether the stage refuses to be destroyed, and the tables are kept when their stack goes nevertheless. */
  protectData: v.optional(v.boolean('true or false'), false),
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

/** Stacks are named after their stage: at most 128 letters, digits and hyphens (CloudFormation API reference). */
const STAGE_NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** The stage that is meant when none is named. */
export const DEFAULT_STAGE = 'poc';

/** A stage: its name, and its values with defaults filled in. */
export type StageConfig = { readonly stage: string } & Readonly<v.InferOutput<typeof Stage>>;

/** cdk.json does not say what the app needs. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The configuration of a stage.
 *
 * @param stages the context value `stages` of cdk.json
 * @throws ConfigError that names the stage or the value, what came and what is allowed
 */
export function readStage(stages: unknown, stage: unknown): StageConfig {
  const known: Record<string, unknown> = typeof stages === 'object' && stages !== null ? { ...stages } : {};
  if (typeof stage !== 'string' || !Object.hasOwn(known, stage)) {
    const names = Object.keys(known).join(', ') || 'none';
    throw new ConfigError(`There is no stage ${JSON.stringify(stage)} in cdk.json; it has: ${names}.`);
  }
  if (!STAGE_NAME.test(stage)) {
    const allowed = 'at most 64 of a-z 0-9 -, a letter first';
    throw new ConfigError(`cdk.json: the name of a stage is ${JSON.stringify(stage)}; it must be ${allowed}.`);
  }
  // A value that is missing is one that is undefined, so that its own schema says what is allowed.
  const missing = Object.fromEntries(Object.keys(Stage.entries).map((name) => [name, undefined]));
  const values = known[stage];
  const result = v.safeParse(Stage, typeof values === 'object' ? { ...missing, ...values } : values);
  if (result.success) return { stage, ...result.output };
  const problems = result.issues.map((issue) => {
    const path = ['stages', stage, v.getDotPath(issue)].filter(Boolean).join('.');
    if (issue.type === 'strict_object' && issue.expected === 'never') return `${path} is not known.`;
    const came = issue.input === undefined ? 'is missing' : `is ${JSON.stringify(issue.input)}`;
    return `${path} ${came}; it must be ${issue.message}.`;
  });
  throw new ConfigError(`cdk.json: ${problems.join(' ')}`);
}
