/** What a rate of `POST /app` needs and costs, and the table of it in docs/scale.md. */
import { HOURS, LCU, PRICES } from '../../../bin/cost/model.ts';
import { STORAGE_OVERHEAD } from '../../../bin/cost/units.ts';
import { DYNAMODB, sizeOf, type WireItem, writeUnits } from './limits.ts';
import { seededNumbers } from './random.ts';

/** What is not known before it is measured in the account; docs/scale.md names each. */
export const ASSUMED = {
  billedMs: 20,
  memoryGb: 0.25,
  /** Rollcall's line; Lambda itself logs only what fails. */
  logBytes: 550,
  /** Request and answer with their headers. */
  trafficBytes: 1_500,
} as const;

/** Account quotas before AWS raises them (Lambda, HTTP API and DynamoDB quotas). */
const QUOTAS = { lambdaConcurrency: 1_000, lambdaRequestsPerConcurrency: 10, httpApiRequests: 10_000 } as const;

const SECONDS = HOURS * 3600;
/** The busiest shard's second over the mean: the simulation holds the id source to it. */
export const EVENNESS = 1.2;
const LEAST_SHARDS = 4;

/** A record with a source and no note, as it is stored. */
const TYPICAL: WireItem = {
  pk: { S: 't#10' },
  sk: { S: '01a1fc67-873a-77df-9e41-89d415377f08' },
  source: { S: 'nightly-backup' },
  sourceShard: { S: 'nightly-backup#10' },
  clientIp: { S: '203.0.113.199' },
  protocol: { S: 'https' },
  requestId: { S: '1-67a8f1c5-0123456789abcdef01234567' },
};

/** The least power of two of shards none of which has more than its 1,000 write units in a second. */
export function shardsFor(rate: number, unitsPerPut = 1): number {
  const needed = (rate * unitsPerPut * EVENNESS) / DYNAMODB.keyWriteUnits;
  return Math.max(LEAST_SHARDS, 2 ** Math.ceil(Math.log2(needed)));
}

/** A limit, and the rate of `POST`s at which it gives. */
export interface Ceiling {
  readonly name: string;
  readonly rate: number;
}

/** What gives as the rate grows, with so many shards: the first first. */
export function ceilings(shards: number): readonly Ceiling[] {
  const { lambdaConcurrency, lambdaRequestsPerConcurrency } = QUOTAS;
  return [
    { name: 'a table that is not warm', rate: DYNAMODB.newWriteUnits },
    { name: `${shards} shards`, rate: Math.floor((shards * DYNAMODB.keyWriteUnits) / EVENNESS / 100) * 100 },
    { name: "Lambda's requests a second", rate: lambdaConcurrency * lambdaRequestsPerConcurrency },
    { name: "Lambda's concurrency", rate: lambdaConcurrency / (ASSUMED.billedMs / 1000) },
    { name: "the table's quota", rate: DYNAMODB.quotaUnits },
  ].sort((a, b) => a.rate - b.rate);
}

export interface Estimate {
  readonly shards: number;
  /** Write units a second, of table and index together. */
  readonly units: number;
  /** Write units a second of one shard, in the mean. */
  readonly unitsPerShard: number;
  readonly concurrency: number;
  /** Dollars a month, by what they are paid for. */
  readonly dollars: {
    readonly writes: number;
    readonly lambda: number;
    readonly alb: number;
    readonly logs: number;
    /** One month's records, kept a month: it is added each month until records expire. */
    readonly storage: number;
  };
  readonly together: number;
}

/** A rate of `POST`s that lasts the whole month, each with a source and without a note, behind a load balancer. */
export function estimate(rate: number): Estimate {
  const bytes = sizeOf(TYPICAL);
  const perPut = 2 * writeUnits(bytes);
  const shards = shardsFor(rate, writeUnits(bytes));
  const requests = rate * SECONDS;
  const gbSeconds = requests * (ASSUMED.billedMs / 1000) * ASSUMED.memoryGb;
  const gbAnHour = (rate * 3600 * ASSUMED.trafficBytes) / 1e9;
  // A connection for each request, as curl makes them: the dearest that a client can be.
  const lcus = Math.max(rate / LCU.connections, gbAnHour / LCU.gbAnHour);
  const storedGb = (requests * 2 * (bytes + STORAGE_OVERHEAD)) / 2 ** 30;
  const dollars = {
    writes: requests * perPut * PRICES.writeUnit,
    lambda: requests * PRICES.lambdaRequest + gbSeconds * PRICES.lambdaGbSecond,
    alb: HOURS * (PRICES.albHour + lcus * PRICES.albLcuHour),
    logs: ((requests * ASSUMED.logBytes) / 1e9) * PRICES.logGb,
    storage: storedGb * (PRICES.storageGbMonth + PRICES.backupGbMonth),
  };
  return {
    shards,
    units: rate * perPut,
    unitsPerShard: Math.round((rate * writeUnits(bytes)) / shards),
    concurrency: Math.ceil((rate * ASSUMED.billedMs) / 1000),
    dollars,
    together: Object.values(dollars).reduce((sum, each) => sum + each, 0),
  };
}

export const RATES = [1, 10, 100, 1_000, 4_000, 10_000, 40_000] as const;

/**
 * The chance that no partition of a table gets more than its 1,000 units a second, while its keys lie where their hashes
 * put them: before DynamoDB has split a partition that is hot.
 */
export function chanceOfNoHotPartition(rate: number, shards: number, partitions: number): number {
  const random = seededNumbers('partitions');
  const most = Math.floor(DYNAMODB.keyWriteUnits / (rate / shards));
  const trials = 2_000;
  let good = 0;
  for (let trial = 0; trial < trials; trial++) {
    const keys = Array<number>(partitions).fill(0);
    for (let shard = 0; shard < shards; shard++) {
      const at = Math.floor(random() * partitions) % partitions;
      keys[at] = (keys[at] ?? 0) + 1;
    }
    if (Math.max(...keys) <= most) good++;
  }
  return good / trials;
}

/** The tables of docs/scale.md, as Markdown. */
export function scaleTables(): Readonly<Record<'rates' | 'ceilings' | 'fronts' | 'partitions', string>> {
  const partitions = [12, 24, 40].map((count) => {
    const chances = [16, 32, 64].map((shards) => chanceOfNoHotPartition(10_000, shards, count));
    return [format(1_000 * count), count, ...chances.map((chance) => `${Math.round(100 * chance)}%`)];
  });
  const rates = RATES.map((rate) => {
    const { shards, units, unitsPerShard, concurrency, dollars, together } = estimate(rate);
    const { writes, lambda, alb, logs, storage } = dollars;
    const money = [writes, lambda, alb, logs, storage, together].map(dollarsOf);
    const [first] = ceilings(shards).filter((each) => each.rate >= rate && each.name !== 'a table that is not warm');
    const gives = rate < DYNAMODB.newWriteUnits ? `a table that is not warm: ${format(DYNAMODB.newWriteUnits)}` : '';
    return [
      format(rate),
      shards,
      format(units),
      unitsPerShard,
      format(concurrency),
      ...money,
      gives || `${first?.name}: ${format(first?.rate ?? Number.NaN)}`,
    ];
  });
  const fronts = [1_000, 10_000].map((rate) => {
    const requests = rate * SECONDS;
    const prices = [PRICES.httpApiRequest, PRICES.cloudFrontRequest, PRICES.wafRequest];
    return [format(rate), dollarsOf(estimate(rate).dollars.alb), ...prices.map((price) => dollarsOf(requests * price))];
  });
  return {
    rates: markdown(
      [
        'POST/s',
        'Shards',
        'Write units/s',
        'a shard',
        'Instances',
        'Writes',
        'Lambda',
        'ALB',
        'Logs',
        'Storage',
        'Together',
        'Gives first, at POST/s',
      ],
      rates,
    ),
    ceilings: markdown(
      ['With 16 shards, what gives', 'at POST/s'],
      ceilings(16).map(({ name, rate }) => [name, format(rate)]),
    ),
    partitions: markdown(['Warm writes/s', 'Partitions', '16 shards', '32 shards', '64 shards'], partitions),
    fronts: markdown(['POST/s', 'Load balancer', 'HTTP API', 'CloudFront', 'WAF'], fronts),
  };
}

function markdown(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function format(number: number): string {
  return number.toLocaleString('en-US');
}

function dollarsOf(amount: number): string {
  if (amount < 10) return `$${amount.toFixed(2)}`;
  // Three digits are more than the assumptions are good for.
  return `$${format(Number(amount.toPrecision(3)))}`;
}
