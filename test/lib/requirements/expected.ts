/** In what the stages of cdk.json differ. */
export interface Expected {
  readonly stage: 'poc' | 'serverless' | 'prod';
  /** The subnets, in the order of their addresses: the tier of each, and its zone. */
  readonly tiers: readonly string[];
  /** The port on which the load balancer takes connections, and the tier that it lies in. @default - there is none */
  readonly balancer?: { readonly port: number; readonly tier: string; readonly scheme: string };
  readonly hasCdn: boolean;
  readonly memoryMb: number;
  readonly shards: number;
  readonly logDays: number;
  readonly accessLogDays: number;
  readonly isProtected: boolean;
  readonly deployment: 'all-at-once' | 'canary';
}

export const STAGES: readonly Expected[] = [
  {
    stage: 'poc',
    tiers: ['Public', 'Isolated'],
    balancer: { port: 80, tier: 'Public', scheme: 'internet-facing' },
    hasCdn: false,
    memoryMb: 256,
    shards: 8,
    logDays: 14,
    accessLogDays: 30,
    isProtected: false,
    deployment: 'all-at-once',
  },
  {
    stage: 'serverless',
    tiers: ['Isolated'],
    hasCdn: true,
    memoryMb: 256,
    shards: 8,
    logDays: 14,
    accessLogDays: 30,
    isProtected: false,
    deployment: 'all-at-once',
  },
  {
    stage: 'prod',
    tiers: ['Internal', 'Isolated'],
    balancer: { port: 80, tier: 'Internal', scheme: 'internal' },
    hasCdn: true,
    memoryMb: 512,
    shards: 16,
    logDays: 90,
    accessLogDays: 90,
    isProtected: true,
    deployment: 'canary',
  },
];
