/**
 * The table `Roll`. What lies where:
 *
 * | item | pk | sk |
 * |---|---|---|
 * | a source | `s#` + its hash mod 4 | its name |
 * | an outage | `o#` + the shard of its source, the last byte of its id | its id |
 * | a note on one | `n#` + the outage's id | its instant and something that tells it from others |
 * | the report of the watch, and its lease | `w` | `watch`, `lease` |
 * | what the watch remembers of the log | `w` | `heard#...`: lambda/core/roll/checkpoint.ts |
 *
 * The index `listed` has sources by their standing (`s#down`), and outages by their source (`o#backup`).
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCheckpointStore } from './checkpoint.ts';
import { createOutageStore, type OutageStore } from './outage-store.ts';
import { createSourceStore, type SourceStore } from './source-store.ts';
import type { Heard, WatchReport } from './state.ts';

export interface RollStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** What is known of the roll, for those who show and change it. */
export interface RollStore extends SourceStore, OutageStore {
  /**
   * What was heard of the sources that answered within the last hour, at most some minutes ago: what the watch remembers.
   *
   * @param report what its last pass found; without one, nothing was heard
   */
  getHeard(report: Pick<WatchReport, 'chunks'> | undefined): Promise<ReadonlyMap<string, Heard>>;
}

export function createRollStore(options: RollStoreOptions): RollStore {
  const sources = createSourceStore(options);
  const checkpoint = createCheckpointStore(options);
  return {
    ...sources,
    ...createOutageStore({ ...options, sources }),
    getHeard: async (report) => (report && (await checkpoint.read(report.chunks))?.sources) ?? new Map(),
  };
}
