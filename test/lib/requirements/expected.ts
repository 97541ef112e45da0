import { STAGE_NAMES, type StageName } from '../../support/stages.ts';

/** The properties in which the stages of cdk.json differ. */
export interface Expected {
  readonly stage: StageName;
  /** The subnets, in the order of their addresses: the tier of each, and its zone. */
  readonly tiers: readonly string[];
  /** The port on which the load balancer takes connections, and the tier that it lies in. @default - there is none */
  readonly balancer?: { readonly port: number; readonly tier: string; readonly scheme: string };
  readonly hasCdn: boolean;
  readonly hasFirewall: boolean;
  /** Whether callers need a key. */
  readonly asksForKeys: boolean;
  readonly memoryMb: number;
  readonly shards: number;
  /** The units a second that each table and each index takes. */
  readonly maxReads: number;
  readonly maxWrites: number;
  /** The number of functions that may run at once. @default - as many as the account lets */
  readonly concurrency?: number;
  readonly logDays: number;
  readonly accessLogDays: number;
  readonly isProtected: boolean;
  readonly deployment: 'all-at-once' | 'canary';
}

const SMALL = {
  hasFirewall: false,
  asksForKeys: false,
  memoryMb: 256,
  shards: 4,
  maxReads: 300,
  maxWrites: 100,
  logDays: 14,
  accessLogDays: 30,
  isProtected: false,
  deployment: 'all-at-once',
} as const;

const LARGE = {
  tiers: ['Internal', 'Isolated'],
  balancer: { port: 80, tier: 'Internal', scheme: 'internal' },
  hasCdn: true,
  hasFirewall: true,
  asksForKeys: true,
  memoryMb: 512,
  shards: 8,
  maxReads: 2000,
  maxWrites: 1000,
  logDays: 90,
  accessLogDays: 90,
  deployment: 'canary',
} as const;

const OF_STAGE: Readonly<Record<StageName, Omit<Expected, 'stage'>>> = {
  poc: {
    ...SMALL,
    tiers: ['Public', 'Isolated'],
    balancer: { port: 80, tier: 'Public', scheme: 'internet-facing' },
    hasCdn: false,
    concurrency: 10,
  },
  serverless: { ...SMALL, tiers: ['Isolated'], hasCdn: true },
  staging: { ...LARGE, isProtected: false },
  prod: { ...LARGE, isProtected: true },
};

/** The expectations of a stage. */
export function expectedOf(stage: StageName): Expected {
  return { stage, ...OF_STAGE[stage] };
}

/** The expectations of every stage of cdk.json. */
export const STAGES: readonly Expected[] = STAGE_NAMES.map(expectedOf);

/** The stages that have CloudFront in front. */
export const STAGES_WITH_CDN: readonly StageName[] = STAGES.filter(({ hasCdn }) => hasCdn).map(({ stage }) => stage);
