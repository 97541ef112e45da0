import { ByteReader } from './byte-reader.ts';
import type { Entry } from './table-file.ts';

/** The writes of one record of the log, with the number of the first. */
export interface WriteBatch {
  readonly sequence: bigint;
  readonly count: number;
  readonly entries: readonly Entry[];
}

/** Reads a record of the log of writes (LevelDB's `db/write_batch.cc`). @throws RangeError when it is no such thing */
export function readWriteBatch(payload: Buffer): WriteBatch {
  const reader = new ByteReader(payload);
  const sequence = reader.uint64();
  const count = reader.uint32();
  const entries: Entry[] = [];
  while (!reader.isAtEnd) {
    const isPut = reader.byte() === 1;
    const key = reader.string();
    entries.push({ key, sequence: sequence + BigInt(entries.length), value: isPut ? reader.string() : undefined });
  }
  return { sequence, count, entries };
}
