import { StandardRetryStrategy } from '@smithy/core/retry';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { createTimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { createIdSource, shardOf, timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { DynamoModel, NEW_TABLE, type Refusal, type WarmThroughput } from './dynamo-model.ts';
import { readUnits } from './limits.ts';
import { seededBytes, seededNumbers } from './random.ts';

/** Later than all that tests record elsewhere; what counts is how much passes. */
const START_MS = 1_795_212_906_000;
/** How far apart the clocks of two instances are at most, in microseconds. */
const SKEW_MICROS = 5_000;

export interface Scenario {
  /** `POST`s a second, on average. */
  readonly rate: number;
  readonly seconds: number;
  readonly shards: number;
  /** What all of them give as their source. @default - none gives one */
  readonly source?: string;
  readonly note?: string;
  /** @default that of a new table */
  readonly warm?: WarmThroughput;
  /** @default that of the table */
  readonly indexWarm?: WarmThroughput;
  /** Pages of the newest 100 that are read meanwhile, a second. @default 10 */
  readonly pages?: number;
  /** How many function instances there are, each with its own clock and its own source of ids. @default 200 */
  readonly instances?: number;
  readonly seed?: string;
}

/** Enough for 10,000 `POST`s a second, with something to spare. */
const WARM: WarmThroughput = { writeUnits: 12_000, readUnits: 12_000 };
const FULL = { rate: 10_000, seconds: 60 };

/** What `npm run scale` runs, and `npm test` for a second each. */
export const SCENARIOS = {
  'no source': { ...FULL, shards: 16, warm: WARM },
  'one source': { ...FULL, shards: 16, warm: WARM, source: 'hot' },
  '8 shards': { ...FULL, shards: 8, warm: WARM },
  'a new table': { ...FULL, shards: 16, warm: NEW_TABLE },
} as const satisfies Record<string, Scenario>;

export interface Outcome {
  /** Writes that were acknowledged. */
  readonly written: number;
  readonly refused: number;
  readonly refusals: ReadonlyMap<Refusal, number>;
  /** The write units of the busiest shard in a whole second, over the mean of all shards in all seconds. */
  readonly maxOverMean: number;
  /** The same of the index, or NaN without a source. */
  readonly indexMaxOverMean: number;
  /** The same of whole runs: what a shard got in all the seconds together, over the mean of the shards. */
  readonly maxOverMeanTotal: number;
  /** Read units of the dearest page of 100, of all its shards together. */
  readonly pageUnits: number;
  readonly queriesPerPage: number;
  /** What a query of a page of 100 can cost with records of this kind: it reads 101 of them. */
  readonly unitsPerQueryBound: number;
  /** Records that are in the table in the end. */
  readonly stored: number;
}

/** The project's client, whose requests a model answers; its one try is the only one, for the model's clock stands still. */
export function modelClient(model: DynamoModel) {
  const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint: 'http://model.invalid' });
  client.config.requestHandler = model.handler;
  client.config.retryStrategy = async () => new StandardRetryStrategy(1);
  return client;
}

/** Runs the real store and the real sources of ids against the model, in simulated time; requests come as they like (Poisson). */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  const { rate, seconds, shards, source, note, warm = NEW_TABLE, indexWarm = warm, pages = 10 } = scenario;
  const { instances = 200, seed = 'rollcall' } = scenario;
  let now = 0;
  const model = new DynamoModel(() => now, warm, indexWarm);
  const store = createTimestampStore({ client: modelClient(model), tableName: 'Timestamps', shards });
  const random = seededNumbers(seed);
  const nextIds = Array.from({ length: instances }, (_, index) => {
    const skew = Math.round((random() - 0.5) * SKEW_MICROS);
    const clock = () => Math.floor((START_MS + now) * 1000) + skew;
    return createIdSource({ shards, now: clock, random: seededBytes(`${seed} ${index}`) });
  });

  const written = Array<number>(shards).fill(0);
  let pageUnits = 0;
  let queriesPerPage = 0;
  let nextPage = 500;
  for (;;) {
    now += (-Math.log(random()) / rate) * 1000;
    if (now >= seconds * 1000) break;
    const id = nextIds[Math.floor(random() * instances) % instances]?.() ?? '';
    const fields = { ...(source && { source }), ...(note && { note }) };
    const record = { id, timestamp: timestampOf(id), ...fields, clientIp: '192.0.2.1', protocol: 'https' };
    const put = store.put({ ...record, requestId: '1-67a8f1c5-0123456789abcdef01234567' });
    if (await settles(put)) written[shardOf(id)] = (written[shardOf(id)] ?? 0) + 1;
    if (pages > 0 && now >= nextPage) {
      nextPage += 1000 / pages;
      const before = model.queries.length;
      await settles(store.list({ limit: 100, source }));
      const costs = model.queries.slice(before);
      queriesPerPage = Math.max(queriesPerPage, costs.length);
      pageUnits = Math.max(pageUnits, sum(costs));
    }
  }
  return {
    written: sum(written),
    refused: model.refused,
    refusals: model.refusals,
    maxOverMean: maxOverMean(model.table.partitions, shards, seconds),
    indexMaxOverMean: maxOverMean(model.index.partitions, shards, seconds),
    maxOverMeanTotal: Math.max(...written) / (sum(written) / shards),
    pageUnits,
    queriesPerPage,
    unitsPerQueryBound: readUnits(101 * model.largestItem, source === undefined),
    stored: sum([...model.table.partitions.values()].map(({ items }) => items.length)),
  };
}

/** Whether it succeeds; that the store is too busy is an outcome, all else is a bug. */
async function settles(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return false;
    throw error;
  }
}

function maxOverMean(
  partitions: ReadonlyMap<string, { readonly written: ReadonlyMap<number, number> }>,
  shards: number,
  seconds: number,
): number {
  const loads = [...partitions.values()].flatMap(({ written }) => [...written.values()]);
  if (loads.length === 0) return Number.NaN;
  return Math.max(...loads) / (sum(loads) / (shards * seconds));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
