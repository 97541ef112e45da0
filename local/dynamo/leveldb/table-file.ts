import { messageOf } from '../../error-message.ts';
import { ByteReader } from './byte-reader.ts';
import { maskedCrc32c } from './crc32c.ts';
import type { Stretch } from './log-file.ts';
import { decompressSnappy } from './snappy.ts';

/** A write, as LevelDB keeps it. */
export interface Entry {
  readonly key: Buffer;
  /** Of two entries with one key the one with the higher number counts. */
  readonly sequence: bigint;
  /** undefined deletes the key. */
  readonly value: Buffer | undefined;
}

export interface TableFile {
  /** The blocks whose checksum is right, one after another: each a list of entries. */
  readonly blocks: () => Generator<readonly Entry[]>;
  readonly damage: readonly Stretch[];
}

/** The type of a block, and its checksum, behind it. */
const BLOCK_TRAILER = 5;
const FOOTER = 48;
const MAGIC = 0xdb4775248b80fb57n;
const SNAPPY = 1;

interface Block {
  readonly from: number;
  readonly bytes: number;
}

/**
 * Reads a file of LevelDB's sorted tables (its `doc/table_format.md`), every block of which has a checksum. LevelDB as it
 * runs here looks at none of them. Where the list of blocks is damaged, blocks are looked for.
 */
export function readTableFile(file: Buffer): TableFile {
  const found = listBlocks(file);
  if (found instanceof Error) {
    const blocks = [...findBlocks(file)];
    return { blocks: () => read(file, blocks), damage: [{ from: Math.max(0, file.length - FOOTER), to: file.length }] };
  }
  const sound = found.filter((block) => isSound(file, block));
  const damage = found
    .filter((block) => !sound.includes(block))
    .map(({ from, bytes }) => ({ from, to: from + bytes + BLOCK_TRAILER }));
  return { blocks: () => read(file, sound), damage };
}

function listBlocks(file: Buffer): readonly Block[] | Error {
  try {
    const footer = new ByteReader(file.subarray(-FOOTER));
    if (file.length < FOOTER || file.readBigUInt64LE(file.length - 8) !== MAGIC) throw new RangeError('no footer');
    const meta = readHandle(footer);
    const index = readHandle(footer);
    if (!isSound(file, meta) || !isSound(file, index)) throw new RangeError('no index');
    return entriesOf(contentOf(file, index)).map(([, handle]) => readHandle(new ByteReader(handle)));
  } catch (error) {
    return error instanceof RangeError ? error : new Error(messageOf(error));
  }
}

function readHandle(reader: ByteReader): Block {
  return { from: reader.varint(), bytes: reader.varint() };
}

function isSound(file: Buffer, { from, bytes }: Block): boolean {
  const end = from + bytes + 1;
  return end + 4 <= file.length && maskedCrc32c(file.subarray(from, end)) === file.readUInt32LE(end);
}

/** What is compressed says itself where it ends. */
function* findBlocks(file: Buffer): Generator<Block> {
  for (let from = 0; from + BLOCK_TRAILER < file.length; ) {
    const bytes = lengthAt(file, from);
    const block = bytes === undefined ? undefined : { from, bytes };
    if (block && file[from + block.bytes] === SNAPPY && isSound(file, block)) {
      yield block;
      from += block.bytes + BLOCK_TRAILER;
    } else from += 1;
  }
}

function lengthAt(file: Buffer, from: number): number | undefined {
  try {
    return decompressSnappy(file, from).end - from;
  } catch {
    return undefined;
  }
}

function contentOf(file: Buffer, { from, bytes }: Block): Buffer {
  const stored = file.subarray(from, from + bytes);
  return file[from + bytes] === SNAPPY ? decompressSnappy(stored).data : stored;
}

function* read(file: Buffer, blocks: readonly Block[]): Generator<readonly Entry[]> {
  for (const block of blocks) {
    const entries = entriesOf(contentOf(file, block)).filter(([key]) => key.length >= 8);
    yield entries.map(([internal, value]) => {
      const tag = internal.readBigUInt64LE(internal.length - 8);
      return {
        key: internal.subarray(0, -8),
        sequence: tag >> 8n,
        value: (tag & 0xffn) === 0n ? undefined : value,
      };
    });
  }
}

/** The keys and values of a block; a key says only in what it differs from the one before. */
function entriesOf(content: Buffer): [Buffer, Buffer][] {
  const restarts = content.readUInt32LE(content.length - 4);
  const reader = new ByteReader(content.subarray(0, content.length - 4 * (restarts + 1)));
  const entries: [Buffer, Buffer][] = [];
  let key: Buffer = Buffer.alloc(0);
  while (!reader.isAtEnd) {
    const [shared, own, length] = [reader.varint(), reader.varint(), reader.varint()];
    key = Buffer.concat([key.subarray(0, shared), reader.take(own)]);
    entries.push([key, reader.take(length)]);
  }
  return entries;
}
