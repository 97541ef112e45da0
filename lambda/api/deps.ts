import { createKeyRing } from '../core/access/key-ring.ts';
import { createKeyReader } from '../core/access/key-store.ts';
import { createSecretCheck, type SecretCheck } from '../core/cdn-secret.ts';
import { type CoreDeps, createCoreDeps } from '../core/deps.ts';
import { createTableCheck } from '../core/dynamo/check-tables.ts';
import { type Credentials, createDynamoClient } from '../core/dynamo/client.ts';
import { createClockWarning } from '../core/observe/clock-warning.ts';
import { createPersonStore, type PersonStore } from '../core/people/store.ts';
import type { RollStore, RollStoreOptions } from '../core/roll/store.ts';
import type { TellingStore } from '../core/telling/store.ts';
import { createIdempotencyKeyStore, type IdempotencyKeyStore } from '../core/timestamps/idempotency-keys.ts';
import { createTimestampStore, type TimestampStore } from '../core/timestamps/store.ts';
import { createIdSource } from '../core/timestamps/timestamp-id.ts';
import type { Gate } from './access/gate.ts';
import type { Env } from './env.ts';
import type { ClientIpMode } from './http/caller-address.ts';

/** What endpoints are given: they reach the world through nothing else. */
export interface Deps extends CoreDeps {
  readonly timestamps: TimestampStore;
  readonly idempotencyKeys: IdempotencyKeyStore;
  readonly people: PersonStore;
  /** The roll, which is loaded when it is first asked for; undefined where nobody watches. */
  readonly roll: (() => Promise<RollStore>) | undefined;
  /** The channels and their notices, which are in the same table. */
  readonly telling: (() => Promise<TellingStore>) | undefined;
  /** Whether channels may lead to addresses of this machine and of private networks. */
  readonly allowPrivate: boolean;
  /** How long a test of a channel waits for its answer, in milliseconds. */
  readonly channelTestMs: number;
  /** Reads each table once. Rejects with a StoreUnavailableError when that fails, for whatever reason. */
  readonly checkTables: () => Promise<void>;
  /** The next id; its instant is later than that of every id before, unless the clock steps back by more than 10 s. */
  readonly nextId: () => string;
  /** The origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  /** What lets requests in; undefined where nobody is asked for a name. */
  readonly gate: Gate | undefined;
  /** The hosts that are answered, without ports; undefined where any is. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Tells the requests of our CDN from others, which are refused; undefined where anybody may call. */
  readonly isOriginSecret: SecretCheck | undefined;
  /** How much of the clients' addresses is stored and logged. */
  readonly clientIp: ClientIpMode;
}

/** Less than the function may take, whatever the stage says. */
const CHANNEL_TEST_MS = 6_000;
/** The most that a stage had by default, before there were fewer (docs/adr/0018). */
export const FORMER_SHARDS = 16;

/**
 * Builds the clients, once for the life of the process.
 *
 * @param credentials of AWS; without them, those of the environment
 */
export function createDeps(env: Env, credentials?: Credentials): Deps {
  const client = createDynamoClient(env, { credentials });
  const core = createCoreDeps(env);
  const { keys, roll } = env.tables;
  const readKeys = keys === undefined ? undefined : createKeyReader({ client, tableName: keys });
  return {
    ...core,
    timestamps: createTimestampStore({
      client,
      tableName: env.tables.timestamps,
      shards: Math.max(env.shards, env.readShards ?? 0),
      formerShards: FORMER_SHARDS,
      retentionDays: env.retentionDays,
    }),
    idempotencyKeys: createIdempotencyKeyStore({ client, tableName: env.tables.timestamps }),
    people: createPersonStore({ client, tableName: env.tables.people }),
    ...loadersOf(roll === undefined ? undefined : { client, tableName: roll }),
    allowPrivate: env.allowPrivate !== undefined,
    channelTestMs: CHANNEL_TEST_MS,
    checkTables: createTableCheck({ client, tables: env.tables }),
    nextId: createIdSource({ shards: env.shards, onStepBack: createClockWarning(core) }),
    corsOrigins: env.corsOrigins,
    gate: readKeys && { keyRing: createKeyRing({ read: readKeys, now: core.now }), oidc: env.oidc, now: core.now },
    allowedHosts: env.allowedHosts.length === 0 ? undefined : env.allowedHosts,
    isOriginSecret: env.originSecrets.length === 0 ? undefined : createSecretCheck(env.originSecrets),
    clientIp: env.clientIp,
  };
}

/** The stores of the roll's table, each once for the life of the process: few requests need them. */
function loadersOf(options: RollStoreOptions | undefined): Pick<Deps, 'roll' | 'telling'> {
  if (options === undefined) return { roll: undefined, telling: undefined };
  return {
    roll: once(async () => (await import('../core/roll/store.ts')).createRollStore(options)),
    telling: once(async () => (await import('../core/telling/store.ts')).createTellingStore(options)),
  };
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}
