import type { DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import { expiryOf } from '../../lambda/core/timestamps/record.ts';
import { itemOf } from '../../lambda/core/timestamps/store.ts';
import { shardOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { BATCH_SIZE, writeAll } from '../records/write-batch.ts';
import { entriesOf } from './read-lines.ts';

export interface ImportTarget {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How many shards are read there: what lies beyond would never be listed. */
  readonly readableShards: number;
  readonly retentionDays: number | undefined;
  /** Seconds since the Unix epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Is told of each line that is not written, and why. */
  readonly onProblem: (line: number, problem: string) => void;
  readonly onWritten: (records: number) => void;
}

/** What became of an import. */
export interface Imported {
  readonly records: number;
  readonly problems: number;
  /** How many have expired where they are now: DynamoDB deletes them. */
  readonly expired: number;
  /** The highest shard that was written to. */
  readonly highestShard: number;
}

const IN_FLIGHT = 8;

/**
 * Writes the records of a file, each under the id that it has: what is there already is written again, and stays one.
 *
 * @throws what the store throws; all lines that were read before are written then, or may be written again
 */
export async function importRecords(chunks: AsyncIterable<Uint8Array>, target: ImportTarget): Promise<Imported> {
  const { client, tableName, readableShards, retentionDays, now, signal } = target;
  let records = 0;
  let problems = 0;
  let expired = 0;
  let highestShard = -1;
  const refuse = (line: number, problem: string) => {
    problems += 1;
    target.onProblem(line, problem);
  };
  const entries = entriesOf(chunks);
  /** One reads at a time; a batch holds each id once, as DynamoDB wants it. */
  let reading: Promise<unknown> = Promise.resolve();
  const readBatch = async (): Promise<readonly TimestampRecord[]> => {
    const batch = new Map<string, TimestampRecord>();
    while (batch.size < BATCH_SIZE) {
      const { value: entry, done } = await entries.next();
      if (done) break;
      if ('problem' in entry) refuse(entry.line, entry.problem);
      else if (shardOf(entry.record.id) >= readableShards) {
        refuse(
          entry.line,
          `it lies in shard ${shardOf(entry.record.id)}, and ${readableShards} are read (readShards, docs/scale.md)`,
        );
      } else batch.set(entry.record.id, entry.record);
    }
    return [...batch.values()];
  };
  const write = async () => {
    for (;;) {
      signal.throwIfAborted();
      const coming = reading.then(readBatch);
      reading = coming;
      const batch = await coming;
      if (batch.length === 0) return;
      const requests = batch.map((record): WriteRequest => ({ PutRequest: { Item: itemOf(record, retentionDays) } }));
      await writeAll(client, tableName, requests, signal);
      records += batch.length;
      for (const { id } of batch) {
        highestShard = Math.max(highestShard, shardOf(id));
        if (retentionDays !== undefined && expiryOf(id, retentionDays) <= now) expired += 1;
      }
      target.onWritten(records);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, write));
  return { records, problems, expired, highestShard };
}
