import * as v from 'valibot';
import { EDGE_REGION } from '../edge/edge-region.ts';
import { ConfigError, type StageConfig } from './read-stage.ts';

/**
 * How GitHub begins the subject of its tokens for a repository: by names, by names with their ids, or by ids alone
 * (GitHub docs, "OpenID Connect reference"). `gh api repos/{owner}/{repo}/actions/oidc/customization/sub` says which.
 */
const NAME = '[A-Za-z0-9_.-]+';
const SUBJECTS = [
  `repo:${NAME}/${NAME}`,
  `repo:${NAME}@[0-9]+/${NAME}@[0-9]+`,
  'repository_id:[0-9]+',
  'repository_owner_id:[0-9]+:repository_id:[0-9]+',
];
const SUBJECT = new RegExp(`^(${SUBJECTS.join('|')})$`);
const SUBJECT_ALLOWED =
  'what GitHub begins the subject of its tokens with, such as repo:OWNER/NAME or repo:OWNER@1/NAME@2, and no wildcard';

const QUALIFIER_ALLOWED = 'a qualifier of cdk bootstrap: 1 to 10 of a-z 0-9';
const PROVIDERS = ['create', 'import'] as const;

const Environment = v.strictObject(
  {
    /** Of the CDK bootstrap that belongs to this stage and to no other. */
    qualifier: v.pipe(v.string(QUALIFIER_ALLOWED), v.regex(/^[a-z0-9]{1,10}$/, QUALIFIER_ALLOWED)),
  },
  'an object with qualifier',
);

const ENVIRONMENTS_ALLOWED = 'an object of stages, each with a qualifier of its own';
const Delivery = v.strictObject(
  {
    /** The stages that are deployed from GitHub, each from the GitHub environment of the same name. */
    environments: v.pipe(
      v.record(v.string(), Environment, ENVIRONMENTS_ALLOWED),
      v.check((environments) => {
        const qualifiers = Object.values(environments).map(({ qualifier }) => qualifier);
        return new Set(qualifiers).size === qualifiers.length;
      }, ENVIRONMENTS_ALLOWED),
    ),
  },
  'an object with environments',
);

/** The values of the context that `readDelivery` looks at: cdk.json has the first, `-c` gives the others. */
export interface DeliveryContext {
  readonly delivery?: unknown;
  readonly subject?: unknown;
  readonly oidcProvider?: unknown;
}

/** The configuration of the delivery stack of a stage. */
export interface DeliveryConfig {
  readonly stage: string;
  readonly qualifier: string;
  /** The beginning of the subject of GitHub's tokens. */
  readonly subject: string;
  /** Whether the account gets GitHub's identity provider, or has it. */
  readonly oidcProvider: (typeof PROVIDERS)[number];
}

/**
 * The qualifier of the CDK bootstrap that a stage is deployed by; undefined for stages that have none of their own.
 *
 * @throws ConfigError that names the value, what came and what is allowed
 */
export function qualifierOf(delivery: unknown, stage: string): string | undefined {
  return environmentsOf(delivery)[stage]?.qualifier;
}

/** The stages that are deployed from GitHub, in the order in which a release goes through them. */
export function stagesOf(delivery: unknown): string[] {
  return Object.keys(environmentsOf(delivery));
}

/**
 * @param context what cdk.json and the command line say of the delivery
 * @throws ConfigError that names the value, what came and what is allowed
 */
export function readDelivery(context: DeliveryContext, stage: string): DeliveryConfig {
  const environments = environmentsOf(context.delivery);
  const qualifier = environments[stage]?.qualifier;
  if (qualifier === undefined) {
    const names = Object.keys(environments).join(', ') || 'none';
    throw new ConfigError(`cdk.json: delivery.environments has no stage ${JSON.stringify(stage)}; it has: ${names}.`);
  }
  const { subject, oidcProvider = 'create' } = context;
  if (typeof subject !== 'string' || !SUBJECT.test(subject)) throw misfit('-c subject', subject, SUBJECT_ALLOWED);
  const provider = PROVIDERS.find((one) => one === oidcProvider);
  if (provider === undefined) throw misfit('-c oidcProvider', oidcProvider, 'create or import');
  return { stage, qualifier, subject, oidcProvider: provider };
}

/** Where a stage has stacks: a CDN has one of its own, in the region that CloudFront wants. */
export function regionsOf(config: StageConfig): string[] {
  return [...new Set([config.region, ...(config.cdn ? [EDGE_REGION] : [])])];
}

function environmentsOf(delivery: unknown = { environments: {} }) {
  const result = v.safeParse(Delivery, delivery);
  if (result.success) return result.output.environments;
  const [issue] = result.issues;
  throw misfit(['cdk.json: delivery', v.getDotPath(issue)].filter(Boolean).join('.'), issue.input, issue.message);
}

function misfit(name: string, value: unknown, allowed: string): ConfigError {
  const came = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  return new ConfigError(`${name} ${came}; it must be ${allowed}.`);
}
