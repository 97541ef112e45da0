import { ByteReader } from './byte-reader.ts';

/** A table file that counts. */
export interface LiveTable {
  readonly number: number;
  readonly bytes: number;
}

/** What LevelDB's manifest says of the other files. */
export interface Manifest {
  readonly tables: readonly LiveTable[];
  /** Logs with this number and later ones count. 0: none must be there. */
  readonly logNumber: number;
}

const COMPARATOR = 1;
const LOG_NUMBER = 2;
const COMPACT_POINTER = 5;
const DELETED_FILE = 6;
const NEW_FILE = 7;
/** The next number of a file, the last sequence number, the log before. */
const OTHER_NUMBERS = [3, 4, 9];

/**
 * Adds up the records of a manifest (LevelDB's `db/version_edit.cc`).
 *
 * @throws RangeError when a record is no such thing
 */
export function readManifest(records: readonly Buffer[]): Manifest {
  const tables = new Map<number, LiveTable>();
  let logNumber = 0;
  for (const record of records) {
    const reader = new ByteReader(record);
    while (!reader.isAtEnd) {
      const tag = reader.varint();
      if (tag === COMPARATOR) reader.string();
      else if (tag === LOG_NUMBER) logNumber = reader.varint();
      else if (OTHER_NUMBERS.includes(tag)) reader.varint();
      else if (tag === COMPACT_POINTER) {
        reader.varint();
        reader.string();
      } else if (tag === DELETED_FILE) {
        reader.varint();
        tables.delete(reader.varint());
      } else if (tag === NEW_FILE) {
        reader.varint();
        const number = reader.varint();
        tables.set(number, { number, bytes: reader.varint() });
        reader.string();
        reader.string();
      } else throw new RangeError(`A manifest has no field ${tag}.`);
    }
  }
  return { tables: [...tables.values()], logNumber };
}
