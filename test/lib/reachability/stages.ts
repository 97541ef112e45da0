/** Which connections the stages are meant to make possible. */
import type { StageName } from '../../support/stages.ts';
import type { Flow } from './reachability.ts';

// From one end of the internet to the other.
export const INTERNET = ['1.0.0.1', '223.255.255.254'];
// The last address of a block and the first of another, and the one that follows the former.
export const LISTED = ['52.94.25.255', '52.119.240.0'];
export const UNLISTED = '52.94.26.0';
export const OUTSIDE = { internet: INTERNET, dynamodb: [...LISTED, UNLISTED] };
export const CLOUDFRONT = ['130.176.0.1', '205.251.218.7'];
const FIRST = ['10.0.0.0/27 (zone 1)', '10.0.0.32/27 (zone 2)'];
const SECOND = ['10.0.0.64/27 (zone 1)', '10.0.0.96/27 (zone 2)'];

/** What a stage looks like from the network. */
export interface Stage {
  /** What there is outside of the VPC. */
  readonly outside: {
    readonly internet: readonly string[];
    readonly dynamodb: readonly string[];
    readonly cloudfront?: readonly string[];
  };
  /** The tiers of subnets: that of the load balancer, if there is one, and that of the function. */
  readonly balancer?: { readonly tier: string; readonly subnets: readonly string[] };
  readonly isolated: readonly string[];
  /** Who may connect to the load balancer. */
  readonly clients: readonly string[];
  readonly listenerPorts: readonly number[];
  readonly dynamodb: readonly string[];
  /** What routes and network ACLs alone let through from one tier of subnets to another, and from and to the outside. */
  readonly betweenTiers: readonly string[];
}

const PUBLIC_BALANCER = {
  outside: OUTSIDE,
  balancer: { tier: 'public', subnets: FIRST },
  isolated: SECOND,
  clients: INTERNET.map((address) => `internet ${address}`),
};

/** CloudFront reaches it by no route: it comes with network interfaces of its own. */
const INTERNAL_BALANCER = {
  outside: { ...OUTSIDE, cloudfront: CLOUDFRONT },
  balancer: { tier: 'internal', subnets: FIRST },
  isolated: SECOND,
  clients: CLOUDFRONT.map((address) => `CloudFront ${address}`),
  dynamodb: OUTSIDE.dynamodb,
};

export const poc: Stage = {
  ...PUBLIC_BALANCER,
  listenerPorts: [80],
  dynamodb: OUTSIDE.dynamodb,
  betweenTiers: [
    'internet -> public: 80 (from 1024-65535)',
    'isolated -> listed: 443 (from 1024-65535)',
    'isolated -> unlisted: 443 (from 1024-65535)',
    // Network ACLs cannot tell these from the load balancer's answers.
    'public -> internet: 1024-65535 (from 80)',
    'public -> listed: 1024-65535 (from 80)',
    'public -> unlisted: 1024-65535 (from 80)',
  ],
};

export const withDomain: Stage = {
  ...PUBLIC_BALANCER,
  listenerPorts: [80, 443],
  dynamodb: OUTSIDE.dynamodb,
  betweenTiers: [
    'internet -> public: 80, 443 (from 1024-65535)',
    'isolated -> listed: 443 (from 1024-65535)',
    // To the ACL of the isolated subnets every address might be one of DynamoDB's.
    'isolated -> public: 443 (from 1024-65535)',
    'isolated -> unlisted: 443 (from 1024-65535)',
    'public -> internet: 1024-65535 (from 80, 443)',
    'public -> isolated: 1024-65535 (from 443)',
    'public -> listed: 1024-65535 (from 80, 443)',
    'public -> unlisted: 1024-65535 (from 80, 443)',
  ],
};

export const withList: Stage = {
  ...PUBLIC_BALANCER,
  listenerPorts: [80],
  dynamodb: LISTED,
  betweenTiers: [
    'internet -> public: 80 (from 1024-65535)',
    'isolated -> listed: 443 (from 1024-65535)',
    'public -> internet: 1024-65535 (from 80)',
    'public -> listed: 1024-65535 (from 80)',
    'public -> unlisted: 1024-65535 (from 80)',
  ],
};

/** No load balancer: an HTTP API invokes the function through Lambda's own door. */
const serverless: Stage = {
  outside: { ...OUTSIDE, cloudfront: CLOUDFRONT },
  isolated: FIRST,
  clients: [],
  listenerPorts: [],
  dynamodb: OUTSIDE.dynamodb,
  betweenTiers: ['isolated -> listed: 443 (from 1024-65535)', 'isolated -> unlisted: 443 (from 1024-65535)'],
};

export const prod: Stage = {
  ...INTERNAL_BALANCER,
  listenerPorts: [80],
  betweenTiers: [
    'cloudfront -> internal: 80 (from 1024-65535)',
    'internal -> cloudfront: 1024-65535 (from 80)',
    'isolated -> listed: 443 (from 1024-65535)',
    'isolated -> unlisted: 443 (from 1024-65535)',
  ],
};

export const prodWithDomain: Stage = {
  ...INTERNAL_BALANCER,
  listenerPorts: [443],
  betweenTiers: [
    'cloudfront -> internal: 443 (from 1024-65535)',
    'internal -> cloudfront: 1024-65535 (from 443)',
    'internal -> isolated: 1024-65535 (from 443)',
    // To the ACL of the isolated subnets every address might be one of DynamoDB's.
    'isolated -> internal: 443 (from 1024-65535)',
    'isolated -> listed: 443 (from 1024-65535)',
    'isolated -> unlisted: 443 (from 1024-65535)',
  ],
};

const THROUGH_FIREWALL = [
  'internet -> firewall -> CloudFront, which shows the secret -> internal load balancer -> function, with the secret',
];

/** The stages of cdk.json, each with the ways that lead from the internet to the function. */
export const OF_STAGE: Readonly<Record<StageName, { readonly stage: Stage; readonly ways: readonly string[] }>> = {
  poc: { stage: poc, ways: ['internet -> load balancer -> function'] },
  serverless: {
    stage: serverless,
    ways: [
      'internet -> HTTP API -> function, with the secret',
      'internet -> CloudFront, which shows the secret -> HTTP API -> function, with the secret',
    ],
  },
  staging: { stage: prod, ways: THROUGH_FIREWALL },
  prod: { stage: prod, ways: THROUGH_FIREWALL },
};

/** The functions in the VPC, by what the model calls them. */
const FUNCTIONS = ['function', 'function Watch'];

/** The connections that are meant to be possible: from the clients to the load balancer, from the function to DynamoDB. */
export function intended(
  { balancer, isolated, clients, listenerPorts, dynamodb }: Stage,
  clientPorts = { from: 1024, to: 65_535 },
): Flow[] {
  const flows = (from: readonly string[], to: readonly string[], ports: readonly number[]): Flow[] =>
    from.flatMap((client) =>
      to.map((server) => ({
        from: client,
        to: server,
        ports: ports.map((port) => ({ from: port, to: port })),
        clientPorts: [clientPorts],
      })),
    );
  return [
    ...flows(clients, balancer?.subnets.map((subnet) => `load balancer in ${subnet}`) ?? [], listenerPorts),
    ...flows(
      FUNCTIONS.flatMap((name) => isolated.map((subnet) => `${name} in ${subnet}`)),
      dynamodb.map((address) => `DynamoDB ${address}`),
      [443],
    ),
  ];
}
