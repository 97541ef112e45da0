import { maskedCrc32c } from './crc32c.ts';

/** A stretch of a file that cannot be what was written. */
export interface Stretch {
  readonly from: number;
  /** The first byte after it. */
  readonly to: number;
}

export interface LogRecord {
  readonly at: number;
  readonly payload: Buffer;
}

export interface LogFile {
  readonly records: readonly LogRecord[];
  readonly damage: readonly Stretch[];
}

const BLOCK = 32_768;
const HEADER = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/**
 * Reads a file in LevelDB's log format (its `doc/log_format.md`): the log of writes, or a manifest. Past damage it goes on
 * at the next piece whose checksum is right, so that what is lost is what was damaged; LevelDB itself gives up the rest of
 * the block of 32 KB, and says nothing.
 *
 * An end that was cut off, or holds nothing but zeros, is no damage: the process or the machine ended while it was written,
 * before anybody was told that it had been.
 */
export function readLogFile(bytes: Buffer): LogFile {
  const records: LogRecord[] = [];
  const damage: Stretch[] = [];
  let parts: Buffer[] = [];
  let start = 0;
  let sound = 0;
  const spoil = (from: number, to: number) => {
    const last = damage.at(-1);
    if (last && last.to >= from) damage[damage.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else damage.push({ from, to });
    parts = [];
  };
  for (const piece of piecesOf(bytes)) {
    if (piece.at > sound) spoil(sound, piece.at);
    sound = afterTrailer(piece.at + HEADER + piece.payload.length);
    const begins = piece.type === FULL || piece.type === FIRST;
    if (begins && parts.length > 0) spoil(start, piece.at);
    if (!begins && parts.length === 0) {
      spoil(piece.at, sound);
      continue;
    }
    if (begins) start = piece.at;
    parts.push(piece.payload);
    if (piece.type === FULL || piece.type === LAST) {
      records.push({ at: start, payload: Buffer.concat(parts) });
      parts = [];
    }
  }
  if (sound < bytes.length && !isCutOff(bytes, sound)) spoil(sound, bytes.length);
  return { records, damage };
}

interface Piece {
  readonly at: number;
  readonly type: number;
  readonly payload: Buffer;
}

/** Every piece whose checksum is right. */
function* piecesOf(bytes: Buffer): Generator<Piece> {
  let at = 0;
  while (at + HEADER <= bytes.length) {
    const piece = pieceAt(bytes, at);
    if (piece) yield piece;
    at = afterTrailer(piece ? at + HEADER + piece.payload.length : at + 1);
  }
}

function pieceAt(bytes: Buffer, at: number): Piece | undefined {
  const length = bytes.readUInt16LE(at + 4);
  const type = bytes.readUInt8(at + 6);
  const end = at + HEADER + length;
  if (type < FULL || type > LAST || end > bytes.length || (at % BLOCK) + HEADER + length > BLOCK) return undefined;
  if (maskedCrc32c(bytes.subarray(at + 6, end)) !== bytes.readUInt32LE(at)) return undefined;
  return { at, type, payload: bytes.subarray(at + HEADER, end) };
}

/** No piece begins in the last bytes of a block. */
function afterTrailer(at: number): number {
  const left = BLOCK - (at % BLOCK);
  return left < HEADER ? at + left : at;
}

/** Whether what begins here reaches over the end of the file, or never was anything. */
function isCutOff(bytes: Buffer, at: number): boolean {
  if (at + HEADER > bytes.length) return true;
  if (bytes.subarray(at).every((byte) => byte === 0)) return true;
  // The checksum is not of the length: where it is right up to the end, the piece is whole and its length is wrong.
  const isWhole = maskedCrc32c(bytes.subarray(at + 6)) === bytes.readUInt32LE(at);
  return at + HEADER + bytes.readUInt16LE(at + 4) > bytes.length && !isWhole;
}
