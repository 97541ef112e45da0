import { createIdSource } from './domain/timestamp-id.ts';
import type { Env } from './env.ts';
import { createDynamoClient } from './store/client.ts';
import { createTimestampStore, type TimestampStore } from './store/timestamps.ts';

/** What endpoints are given: they reach the world through nothing else. */
export interface Deps {
  readonly timestamps: TimestampStore;
  /** The next id; its instant is later than that of every id before. */
  readonly nextId: () => string;
}

/** Builds the clients, once for the life of the process. */
export function createDeps(env: Env): Deps {
  return {
    timestamps: createTimestampStore({
      client: createDynamoClient(env),
      tableName: env.timestampsTable,
      shards: env.shards,
      retentionDays: env.retentionDays,
    }),
    nextId: createIdSource({ shards: env.shards }),
  };
}
