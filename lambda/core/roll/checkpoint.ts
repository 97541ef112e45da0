/**
 * The checkpoint of the watch: what was heard of the sources that answered within the last hour, as it was at an instant of
 * the log. What was heard is a function of the log alone, so an old checkpoint costs reads and nothing else; and it is
 * written for all of them at once, so that a ping costs nothing. It consists of chunks, each with a position of its own.
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { untilDeadline } from '../dynamo/deadline.ts';
import { toItem } from '../dynamo/items.ts';
import { TABLES } from '../dynamo/tables.ts';
import { HeardSchema } from './items.ts';
import type { Heard } from './state.ts';

/** What was heard before an instant. */
export interface Checkpoint {
  /** In milliseconds: the log is to be read from here on. */
  readonly position: number;
  readonly newest?: number | undefined;
  readonly restoredAt?: number | undefined;
  readonly sources: ReadonlyMap<string, Heard>;
}

/** DynamoDB takes 400 KB an item. */
const MOST_BYTES = 256 * 1024;
const MOST_CHUNKS = 256;
/** So long a checkpoint that nobody renews is kept, in seconds. */
const KEPT_SECONDS = 30 * 86_400;
/** Instants stand as the time before the position, since most of them are the same as others of their source. */
const INSTANT = /^~(-?\d+)$/;
const LEAST_INSTANT = 1e11;

const Chunk = v.object({
  position: v.number(),
  newest: v.optional(v.number()),
  restoredAt: v.optional(v.number()),
  sources: v.array(v.tuple([v.string(), HeardSchema])),
});

/** The chunk of a source. */
function chunkOf(source: string, chunks: number): number {
  return (createHash('sha256').update(source).digest()[1] ?? 0) % chunks;
}

function encode(head: Omit<Checkpoint, 'sources'>, sources: readonly (readonly [string, Heard])[]): Uint8Array {
  const { position } = head;
  const shorten = (_: string, value: unknown) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > LEAST_INSTANT ? `~${position - value}` : value;
  return deflateRawSync(`${JSON.stringify(head).slice(0, -1)},"sources":${JSON.stringify(sources, shorten)}}`);
}

function decode(bytes: Uint8Array) {
  const chunk: unknown = JSON.parse(inflateRawSync(bytes).toString());
  const { position, sources } = v.parse(v.object({ position: v.number(), sources: v.unknown() }), chunk);
  return v.parse(Chunk, { ...v.parse(v.looseObject({}), chunk), sources: restored(sources, position) });
}

/** What was shortened, as it was. Text that looks like it is nowhere: ids of runs, and details, have no tilde. */
function restored(value: unknown, position: number): unknown {
  if (typeof value === 'string') {
    const [, before] = INSTANT.exec(value) ?? [];
    return before === undefined ? value : position - Number(before);
  }
  if (Array.isArray(value)) return value.map((one) => restored(one, position));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, restored(one, position)]));
}

/** A chunk without a source; undefined if it does not know it. */
export function withoutSource(chunk: Uint8Array, source: string): Uint8Array | undefined {
  const { sources, ...head } = decode(chunk);
  const others = sources.filter(([name]) => name !== source);
  return others.length === sources.length ? undefined : encode(head, others);
}

export interface CheckpointStoreOptions {
  readonly client: DynamoDBClient;
  /** The table of the roll. */
  readonly tableName: string;
}

export interface CheckpointStore {
  /**
   * What was heard, at the position of the oldest chunk; others may know more of their sources.
   *
   * @param chunks how many there are, by the report of the watch
   * @returns undefined if there are none
   */
  read(chunks: number): Promise<Checkpoint | undefined>;
  write(chunks: readonly Uint8Array[], now: number): Promise<void>;
}

/** The chunks of a checkpoint, compressed: as many as it takes, a power of two. */
export function chunksOf(checkpoint: Checkpoint, atLeast = 1): readonly Uint8Array[] {
  const { sources, ...head } = checkpoint;
  for (let count = atLeast; ; count *= 2) {
    const parts = Array.from({ length: count }, (): (readonly [string, Heard])[] => []);
    for (const entry of sources) parts[count === 1 ? 0 : chunkOf(entry[0], count)]?.push(entry);
    const chunks = parts.map((part) => encode(head, part));
    if (count >= MOST_CHUNKS || chunks.every(({ length }) => length <= MOST_BYTES)) return chunks;
  }
}

export function createCheckpointStore({ client, tableName: TableName }: CheckpointStoreOptions): CheckpointStore {
  const keyOf = (index: number, chunks: number) => toItem({ pk: 'w', sk: `heard#${chunks}#${index}` });

  async function readChunk(index: number, chunks: number) {
    const Key = keyOf(index, chunks);
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }), untilDeadline());
    const bytes = Item?.data?.B;
    return bytes && decode(bytes);
  }

  return {
    async read(count) {
      const all = await Promise.all(Array.from({ length: count }, (_, index) => readChunk(index, count)));
      const chunks = all.filter((chunk) => chunk !== undefined);
      const [oldest] = chunks.toSorted((a, b) => a.position - b.position);
      return oldest && { ...oldest, sources: new Map(chunks.flatMap(({ sources }) => sources)) };
    },

    async write(chunks, now) {
      const expiresAt = Math.ceil(now / 1000) + KEPT_SECONDS;
      await Promise.all(
        chunks.map((B, index) => {
          const Item = {
            ...keyOf(index, chunks.length),
            ...toItem({ [TABLES.roll.expiry]: expiresAt }),
            data: { B },
          };
          return client.send(new PutItemCommand({ TableName, Item }), untilDeadline());
        }),
      );
    },
  };
}
