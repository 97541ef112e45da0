/** A watch over a store of its own, whose clock stands until it is moved. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../lambda/core/dynamo/client.ts';
import { expectationOf } from '../../lambda/core/roll/expectation.ts';
import { expect as expectSource } from '../../lambda/core/roll/requests.ts';
import type { RollEvent } from '../../lambda/core/roll/state.ts';
import { createRollStore, type RollStore } from '../../lambda/core/roll/store.ts';
import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import { createTimestampStore } from '../../lambda/core/timestamps/store.ts';
import { makeId, timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { createTickDeps } from '../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../lambda/watch/env.ts';
import { createTick, type TickDeps, type TickResult } from '../../lambda/watch/tick.ts';
import { createTables, LOCAL_TABLES } from '../../local/dynamo/create-tables.ts';
import { EMBEDDED } from '../support/stores.ts';

export const MINUTE = 60_000;
export const START = Date.UTC(2026, 10, 20, 12);
const SHARDS = 4;

export interface TestWatch {
  /** The instant that it is, in milliseconds since the Unix epoch. */
  now: number;
  /** What was told, each event once. */
  readonly told: Map<string, RollEvent>;
  readonly store: RollStore;
  readonly client: DynamoDBClient;
  /** The environment of whatever works on the same store. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly tables: { readonly roll: string; readonly timestamps: string };
  /** Records something of a source, as if it had happened at this moment. */
  say(source: string, fields?: Partial<TimestampRecord>): Promise<void>;
  expectOf(source: string, expectation: object): Promise<void>;
  /** Runs a tick in a new instance of the function, or one that was made before. */
  tick(instance?: (giveUpAt: number) => Promise<TickResult>): Promise<TickResult>;
  createInstance(client?: DynamoDBClient, deps?: Partial<TickDeps>): (giveUpAt: number) => Promise<TickResult>;
  readonly endpoint: string;
  /** A client of its own, whose calls can be cut off, or go by another endpoint. */
  createClient(endpoint?: string): DynamoDBClient;
  close(): Promise<void>;
}

/** @param endpoint of a store that runs already. @default - one that ends with it */
export async function openWatch(endpoint?: string): Promise<TestWatch> {
  const own = endpoint === undefined ? await EMBEDDED.start() : undefined;
  const names = Object.entries(LOCAL_TABLES).map(([variable, name]) => [variable, `${name}-${randomUUID()}`]);
  const variables = { AWS_REGION: 'us-east-1', SHARDS: String(SHARDS), DYNAMODB_ENDPOINT: own?.endpoint ?? endpoint };
  const all = { ...Object.fromEntries(names), ...variables };
  const env = parseWatchEnv(all);
  await createTables(env);
  const client = createDynamoClient(env);
  const store = createRollStore({ client, tableName: env.tables.roll });
  const timestamps = createTimestampStore({ client, tableName: env.tables.timestamps, shards: SHARDS });
  let said = 0;
  const watch: TestWatch = {
    now: START,
    told: new Map(),
    store,
    client,
    variables: all,
    tables: env.tables,
    async say(source, fields = {}) {
      const id = makeId(watch.now * 1000 + (said++ % 1000), said % SHARDS, randomBytes(11));
      const record = { clientIp: '192.0.2.1', protocol: 'https', requestId: 'r', ...fields };
      await timestamps.put({ id, timestamp: timestampOf(id), source, ...record });
    },
    async expectOf(source, expectation) {
      const before = await store.getSource(source);
      const whole = expectationOf(JSON.stringify(expectation));
      const state = whole && expectSource(before, source, whole, watch.now);
      if (state) await store.putState(state, before?.version ?? 0);
    },
    tick: (instance = watch.createInstance()) => instance(watch.now + 40_000),
    createInstance: (of = client, deps = {}) =>
      createTick({
        ...createTickDeps(env, of),
        now: () => watch.now,
        sleep: async (ms) => {
          watch.now += ms;
        },
        compose: async (events) => {
          for (const event of events) watch.told.set(event.id, event);
        },
        onUnjudged: (source, error) => {
          throw new Error(`${source} cannot be judged`, { cause: error });
        },
        ...deps,
      }),
    createClient: (dynamodbEndpoint = env.dynamodbEndpoint) => createDynamoClient({ ...env, dynamodbEndpoint }),
    endpoint: env.dynamodbEndpoint ?? '',
    close: async () => {
      client.destroy();
      await own?.close();
    },
  };
  return watch;
}

/** Lets time pass, a tick each minute: in one instance. */
export async function pass(
  watch: TestWatch,
  minutes: number,
  each: () => Promise<void> = async () => {},
): Promise<void> {
  const instance = watch.createInstance();
  const start = watch.now;
  for (let minute = 1; minute <= minutes; minute++) {
    watch.now = start + minute * MINUTE;
    await each();
    await watch.tick(instance);
  }
}
