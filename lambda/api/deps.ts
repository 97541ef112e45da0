import { createSecretCheck, type SecretCheck } from '../core/cdn-secret.ts';
import { createTableCheck } from '../core/dynamo/check-tables.ts';
import { createDynamoClient } from '../core/dynamo/client.ts';
import { type LogLine, writeLine } from '../core/observe/log.ts';
import { createPersonStore, type PersonStore } from '../core/people/store.ts';
import { createIdempotencyKeyStore, type IdempotencyKeyStore } from '../core/timestamps/idempotency-keys.ts';
import { createTimestampStore, type TimestampStore } from '../core/timestamps/store.ts';
import { createIdSource } from '../core/timestamps/timestamp-id.ts';
import type { Env } from './env.ts';
import type { ClientIpMode } from './http/caller-address.ts';

/** What endpoints are given: they reach the world through nothing else. */
export interface Deps {
  readonly timestamps: TimestampStore;
  readonly idempotencyKeys: IdempotencyKeyStore;
  readonly people: PersonStore;
  /** Reads each table once. Rejects with a StoreUnavailableError when that fails, for whatever reason. */
  readonly checkTables: () => Promise<void>;
  /** The next id; its instant is later than that of every id before. */
  readonly nextId: () => string;
  /** The origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  /** Tells the requests of our CDN from others, which are refused; undefined where anybody may call. */
  readonly isOriginSecret: SecretCheck | undefined;
  /** How much of the clients' addresses is stored and logged. */
  readonly clientIp: ClientIpMode;
  readonly log: (line: LogLine) => void;
  /** What is counted is counted for this stage. */
  readonly stage: string;
  /** The trace that the present invocation belongs to, if it is traced. */
  readonly traceId: () => string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Builds the clients, once for the life of the process. */
export function createDeps(env: Env): Deps {
  const client = createDynamoClient(env);
  return {
    timestamps: createTimestampStore({
      client,
      tableName: env.tables.timestamps,
      shards: Math.max(env.shards, env.readShards ?? 0),
      retentionDays: env.retentionDays,
    }),
    idempotencyKeys: createIdempotencyKeyStore({ client, tableName: env.tables.timestamps }),
    people: createPersonStore({ client, tableName: env.tables.people }),
    checkTables: createTableCheck({ client, tables: env.tables }),
    nextId: createIdSource({ shards: env.shards }),
    corsOrigins: env.corsOrigins,
    isOriginSecret: env.originSecrets.length === 0 ? undefined : createSecretCheck(env.originSecrets),
    clientIp: env.clientIp,
    log: writeLine,
    stage: env.stage,
    traceId,
    now: Date.now,
  };
}

/** Lambda says for each invocation (developer guide, "Defined runtime environment variables"): `Root=1-...;Sampled=1`. */
function traceId(): string | undefined {
  const header = process.env._X_AMZN_TRACE_ID ?? '';
  return header.includes('Sampled=1') ? /Root=([\w-]+)/.exec(header)?.[1] : undefined;
}
