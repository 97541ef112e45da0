import * as v from 'valibot';
import { ACCESS_MODES, type AccessMode, isOrigin } from '../../lambda/api/env.ts';
import { CLIENT_IP_MODES } from '../../lambda/api/http/caller-address.ts';
import { ProviderConfig } from '../../lambda/core/access/provider-config.ts';
import { numberIn, oneOf, unless, wholeNumber } from '../config/schemas.ts';

/** The retentions that CloudWatch Logs takes, in days, up to a year (API reference, PutRetentionPolicy). */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;
const DEPLOYMENTS = ['all-at-once', 'canary'] as const;
const ORIGIN_ALLOWED = 'origin such as https://app.example.com';

export const FUNCTION_VALUES = {
  /** Whether callers need a key. What is open nevertheless, the routes say. */
  access: v.optional(oneOf(ACCESS_MODES), 'open'),
  /**
   * The identity provider whose word lets people and workloads in beside keys (docs/adr/0022). Without it, there is
   * nothing of it: no function, no schedule, no right.
   */
  oidc: v.optional(ProviderConfig),
  memoryMb: v.optional(wholeNumber(128, 10_240), 256),
  timeoutSeconds: v.optional(wholeNumber(1, 60), 10),
  /**
   * The number of functions that answer at the same time; the account must have 100 more. It is what limits a stage that
   * has neither a firewall nor an HTTP API. Without it, the account's concurrency does.
   */
  reservedConcurrency: v.optional(wholeNumber(1, 10_000)),
  /** For the logs of the function, the HTTP API, the firewall, the flows of the VPC and the custom resources. */
  logRetentionDays: v.optional(v.picklist(RETENTIONS, `one of ${RETENTIONS.join(', ')} (days)`), 14),
  /**
   * How much of the clients' addresses the function stores and, at most the network, logs: whole, the network only, or
   * nothing. The logs of what stands in front have whole addresses; CloudFront's only if this is `full`.
   */
  clientIp: v.optional(oneOf(CLIENT_IP_MODES), 'full'),
  /** The CORS origins: those whose pages may use the API. Without it, CORS is off. */
  corsOrigins: v.optional(
    v.array(
      v.pipe(v.string(`an ${ORIGIN_ALLOWED}`), v.check(isOrigin, `an ${ORIGIN_ALLOWED}`)),
      `a list of ${ORIGIN_ALLOWED.replace('origin', 'origins')}`,
    ),
    [],
  ),
  /** How a new version gets its requests: all of them, or first one in ten for five minutes (docs/adr/0016). */
  deployment: v.optional(oneOf(DEPLOYMENTS), 'all-at-once'),
  /** The share of the requests that X-Ray is to trace; 0 turns traces off. docs/adr/0016 says what Lambda makes of it. */
  traceSampling: v.optional(numberIn(0, 1, 'a number from 0 to 1'), 0.05),
};

/** The concurrency that Lambda leaves to functions that have none reserved (developer guide, "Configuring reserved concurrency"). */
const UNRESERVED = 100;

/** The values of the function that do not fit the account. */
export function functionMisfits({
  reservedConcurrency = 0,
  accountConcurrency,
  access,
  oidc,
}: {
  readonly reservedConcurrency?: number | undefined;
  readonly accountConcurrency: number;
  readonly access: AccessMode;
  readonly oidc?: ProviderConfig | undefined;
}) {
  return [
    ...unless(
      reservedConcurrency === 0 || reservedConcurrency + UNRESERVED <= accountConcurrency,
      'reservedConcurrency',
      `left out, or at least ${UNRESERVED} less than accountConcurrency, because Lambda keeps those for other functions`,
    ),
    ...unless(
      oidc === undefined || (access === 'keys' && oidc.issuer.startsWith('https:')),
      'oidc',
      'left out where nobody is asked for a name, and a provider that speaks HTTPS where access is keys',
    ),
  ];
}
