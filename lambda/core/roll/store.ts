/**
 * The table `Roll`. What lies where:
 *
 * | item | pk | sk |
 * |---|---|---|
 * | a source | `s#` + its hash mod 4 | its name |
 * | an outage | `o#` + the shard of its source, the last byte of its id | its id |
 * | a note on one | `n#` + the outage's id | its instant and something that tells it from others |
 * | the report of the watch, and its lease | `w` | `watch`, `lease` |
 * | what the watch remembers of the log | `w` | `heard#...`: lambda/watch/checkpoint.ts |
 *
 * The index `listed` has sources by their standing (`s#down`), and outages by their source (`o#backup`).
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createOutageStore, type OutageStore } from './outage-store.ts';
import { createSourceStore, type SourceStore } from './source-store.ts';

export interface RollStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** What is known of the roll, for those who show and change it. */
export interface RollStore extends SourceStore, OutageStore {}

export function createRollStore(options: RollStoreOptions): RollStore {
  const sources = createSourceStore(options);
  return { ...sources, ...createOutageStore({ ...options, sources }) };
}
