import { existsSync, renameSync, rmSync } from 'node:fs';
import { ClassicLevel } from 'classic-level';
import { readStoreFiles } from './leveldb/store-files.ts';
import { rebuildIndexes, repairIndexes } from './repair-indexes.ts';

/** What was saved. */
export interface Salvage {
  /** How many items each table has, by its name. */
  readonly items: ReadonlyMap<string, number>;
  /** How many of them were missing, and were taken from an index. */
  readonly fromIndexes: number;
  /** Where the damaged files are now. */
  readonly kept: string;
}

/** Where a store is put together; it takes the other's place when it is whole. */
export const unfinishedOf = (path: string) => `${path}.saving`;

const BATCH = 1000;
const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;

/**
 * Makes a new store of what can be read of a damaged one, which is put aside and not changed. Memory does not grow with
 * the store. If it is interrupted it can be called again.
 *
 * @param path the folder of LevelDB's files
 * @param now for the name of the folder in which the damaged files stay
 */
export async function salvage(path: string, now: Date): Promise<Salvage> {
  const unfinished = unfinishedOf(path);
  const kept = `${path}.damaged-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  let fromIndexes = 0;
  // Without the damaged files, the new ones are whole: only the last step is missing.
  if (existsSync(path)) {
    fromIndexes = await rewrite(path, unfinished);
    renameSync(path, kept);
  }
  renameSync(unfinished, path);
  return { items: await countItems(path), fromIndexes, kept };
}

async function rewrite(from: string, to: string): Promise<number> {
  const sorting = `${to}.sorting`;
  for (const folder of [sorting, to]) rmSync(folder, { recursive: true, force: true });
  const sorted = new ClassicLevel<Buffer, Buffer>(sorting, BUFFERS);
  const saved = new ClassicLevel<Buffer, Buffer>(to, BUFFERS);
  await copy(
    (function* () {
      for (const { key, sequence, value } of readStoreFiles(from).entries()) {
        yield { key: newestFirst(key, sequence), value: value ? Buffer.concat([PUT, value]) : DELETE };
      }
    })(),
    sorted,
  );
  await copy(newestOf(sorted), saved);
  await sorted.close();
  await saved.close();
  rmSync(sorting, { recursive: true });

  const items = new ClassicLevel<string, unknown>(to, { valueEncoding: 'json' });
  const finished = await repairIndexes(items);
  await rebuildIndexes(items);
  await items.close();
  return finished;
}

const PUT = Buffer.from([1]);
const DELETE = Buffer.from([0]);

/** A key by which the writes of one key stand together, the newest first. */
function newestFirst(key: Buffer, sequence: bigint): Buffer {
  const sortable = Buffer.alloc(4 + key.length + 8);
  sortable.writeUInt32BE(key.length);
  key.copy(sortable, 4);
  sortable.writeBigUInt64BE(0xff_ffff_ffff_ffffn - sequence, 4 + key.length);
  return sortable;
}

async function* newestOf(sorted: ClassicLevel<Buffer, Buffer>) {
  let last: Buffer | undefined;
  for await (const [sortable, stored] of sorted.iterator()) {
    const key = sortable.subarray(4, -8);
    if (last?.equals(key)) continue;
    last = key;
    if (stored[0] === 1) yield { key, value: stored.subarray(1) };
  }
}

interface Pair {
  readonly key: Buffer;
  readonly value: Buffer;
}

async function copy(pairs: Iterable<Pair> | AsyncIterable<Pair>, to: ClassicLevel<Buffer, Buffer>): Promise<void> {
  let batch: ({ readonly type: 'put' } & Pair)[] = [];
  for await (const pair of pairs) {
    batch.push({ type: 'put', ...pair });
    if (batch.length < BATCH) continue;
    await to.batch(batch);
    batch = [];
  }
  await to.batch(batch);
}

async function countItems(path: string): Promise<Map<string, number>> {
  const items = new Map<string, number>();
  const db = new ClassicLevel<string, unknown>(path);
  for await (const key of db.keys()) {
    const [, table, item] = /^(?:table~(.*)|item-([^~]+)~)/s.exec(key) ?? [];
    if (table !== undefined) items.set(table, items.get(table) ?? 0);
    if (item !== undefined) items.set(item, (items.get(item) ?? 0) + 1);
  }
  await db.close();
  return items;
}
