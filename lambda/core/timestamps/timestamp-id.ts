/**
 * Ids and the instants that they carry.
 *
 * An id is a UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then 12 bits that carry the fraction of the
 * millisecond (section 6.2, method 3), then random bits. The last byte is the number of the shard that the record lies
 * in. Ids are fixed-length lower-case hexadecimal, so their order as text is the order of their instants.
 *
 * Instants are whole microseconds since the Unix epoch: a safe integer until the year 2255.
 */
import { randomBytes } from 'node:crypto';

/** Shards are numbered in one byte of the id. */
export const MAX_SHARDS = 256;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MICROS_PER_MILLI = 1000;
const DAY_MS = 86_400_000;
/** The 12 bits after the version hold a fraction of a millisecond in steps of 1/4096. */
const FRACTION_STEPS = 4096;

/** Whether `text` is an id as Rollcall writes it: a UUIDv7 in lower case. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/**
 * Makes an id.
 *
 * @param micros the instant, in microseconds since the Unix epoch
 * @param shard 0 to 255
 * @param random at least 7 bytes; the ids of one microsecond differ by them alone
 */
export function makeId(micros: number, shard: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  const millis = Math.floor(micros / MICROS_PER_MILLI);
  const fraction = Math.floor(((micros % MICROS_PER_MILLI) * FRACTION_STEPS) / MICROS_PER_MILLI);
  bytes.writeUIntBE(millis, 0, 6);
  bytes.writeUInt16BE(0x7000 | fraction, 6);
  bytes.set(random.subarray(0, 7), 8);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  bytes.writeUInt8(shard, 15);
  return format(bytes.toString('hex'));
}

/** The least id of an instant: every id of that microsecond or later is greater or equal, every earlier one is less. */
export function lowestIdAt(micros: number): string {
  return makeId(micros, 0, new Uint8Array(7));
}

/** The neighbours of an id in the order of ids, which turn an exclusive bound into an inclusive one. */
export function idBefore(id: string): string {
  return step(id, -1n);
}
export function idAfter(id: string): string {
  return step(id, 1n);
}

/** The shard that the record with this id lies in. */
export function shardOf(id: string): number {
  return Number.parseInt(id.slice(-2), 16);
}

/** The instant of an id, in microseconds since the Unix epoch. */
export function microsOf(id: string): number {
  const millis = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const fraction = Number.parseInt(id.slice(15, 18), 16);
  // A microsecond is 4.096 steps, and makeId rounds down, so rounding up finds it again.
  return millis * MICROS_PER_MILLI + Math.ceil((fraction * MICROS_PER_MILLI) / FRACTION_STEPS);
}

/** The instant of an id as RFC 3339 in UTC with microseconds: `2026-11-20T22:15:06.172057Z`. */
export function timestampOf(id: string): string {
  const micros = microsOf(id);
  const millis = new Date(Math.floor(micros / MICROS_PER_MILLI)).toISOString().slice(0, -1);
  return `${millis}${String(micros % MICROS_PER_MILLI).padStart(3, '0')}Z`;
}

/** Where ids come from; the parts that are not pure can be given, for tests. */
export interface IdSourceOptions {
  /** 1 to 256. */
  readonly shards: number;
  /** @default a clock of microseconds on the system's clocks */
  readonly now?: () => number;
  /** @default node:crypto's */
  readonly random?: (size: number) => Uint8Array;
  /** Is told when the order is given up, and by how many microseconds the last id is ahead. @default - nobody is told */
  readonly onStepBack?: (aheadMicros: number) => void;
}

/**
 * How far ids may run ahead of the clock to keep their order: 10 seconds, which is what implementations of UUIDv7 allow
 * (github.com/LiosK/uuidv7). Corrections of a clock that is kept by NTP are far below; beyond it the clock was wrong, and
 * a timestamp that is wrong by an hour to the microsecond is worse than one out of order.
 */
export const MOST_AHEAD_MICROS = 10_000_000;

/**
 * A source of ids whose instants strictly increase, even within one microsecond or when the system's clock steps back a
 * little (RFC 9562, section 6.2), each in a shard drawn at random from those that have had no id since all of them have had
 * one. So shards are as even as they can be, and with them the load, and what each holds of a page. When the clock steps
 * back further than ids may run ahead, they follow it.
 */
export function createIdSource(options: IdSourceOptions): () => string {
  const { shards, now = createClock(), random = randomBytes, onStepBack } = options;
  let last = 0;
  let undrawn: number[] = [];
  return () => {
    const present = now();
    const ahead = last - present;
    last = ahead > MOST_AHEAD_MICROS ? present : Math.max(last + 1, present);
    if (last === present && ahead > 0) onStepBack?.(ahead);
    const bytes = random(11);
    // Four bytes for a number of at most 256: the bias of the remainder is less than one in ten million.
    const draw = new DataView(bytes.buffer, bytes.byteOffset).getUint32(7);
    if (undrawn.length === 0) undrawn = Array.from({ length: shards }, (_, shard) => shard);
    const [shard = 0] = undrawn.splice(draw % undrawn.length, 1);
    return makeId(last, shard, bytes);
  };
}

/** The system's clocks, in milliseconds. */
export interface Clocks {
  /** Since the Unix epoch, whole; it follows the true time. */
  readonly wall: () => number;
  /** It only counts up, with fractions. */
  readonly monotonic: () => number;
  /** What the wall clock showed, with fractions, when the monotonic clock was at 0. */
  readonly origin: number;
}

const SYSTEM_CLOCKS: Clocks = {
  wall: Date.now,
  monotonic: () => performance.now(),
  origin: performance.timeOrigin,
};

/**
 * A clock of microseconds since the Unix epoch. The wall clock knows the millisecond; the monotonic clock moves within
 * it. Where the two disagree about the millisecond (drift, a correction, a function that was frozen between two
 * requests) the wall clock is right, so the error is less than a millisecond.
 */
export function createClock({ wall, monotonic, origin }: Clocks = SYSTEM_CLOCKS): () => number {
  let offset = origin * MICROS_PER_MILLI;
  return () => {
    const least = wall() * MICROS_PER_MILLI;
    const counted = monotonic() * MICROS_PER_MILLI;
    const estimate = Math.floor(offset + counted);
    const micros = Math.min(Math.max(estimate, least), least + MICROS_PER_MILLI - 1);
    if (micros !== estimate) offset = micros - counted;
    return micros;
  };
}

/** The last instant of the year 9999, where RFC 3339 ends, that a number can hold: so late it is exact to 32 microseconds. */
const LATEST = 253_402_300_800 * 1e6 - 32;

/** The instant nearest to this one that an id can carry and RFC 3339 can tell: no record lies beyond either end. */
export function clampInstant(micros: number): number {
  return Math.min(Math.max(micros, 0), LATEST);
}

/**
 * Parses an RFC 3339 date-time into microseconds since the Unix epoch; before 1970 they are negative. Digits finer than a
 * microsecond round up, so that `id >= lowestIdAt(result)` holds exactly for the instants at or after the one that was
 * meant.
 *
 * A leap second, which is the last one of a month in UTC (RFC 3339, section 5.7), counts as the beginning of the second
 * after it, with whatever fraction: no clock of ours shows it, and this way later times stay no less than earlier ones.
 *
 * @returns undefined when `text` is no RFC 3339 date-time, or names a day, an hour or a leap second that does not exist
 */
export function parseRfc3339(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)t(\d\d:\d\d):(\d\d)(?:\.(\d+))?(z|[+-]\d\d:\d\d)$/i.exec(text);
  const [, date, minute, second = '', fraction = '', offset] = match ?? [];
  if (date === undefined || minute === undefined || offset === undefined) return undefined;
  const isLeap = second === '60';
  const time = `${minute}:${isLeap ? '59' : second}`;
  const local = Date.parse(`${date}T${time}Z`);
  // Date.parse takes 30 February for 2 March and 24:00 for the next day: only what comes back as it went in is real.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${date}T${time}`)) return undefined;
  const millis = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  if (Number.isNaN(millis)) return undefined;
  if (isLeap) {
    const next = new Date(millis + 1000);
    return next.getUTCDate() === 1 && next.getTime() % DAY_MS === 0 ? next.getTime() * MICROS_PER_MILLI : undefined;
  }
  const finer = /[1-9]/.test(fraction.slice(6)) ? 1 : 0;
  return millis * MICROS_PER_MILLI + Number(fraction.slice(0, 6).padEnd(6, '0')) + finer;
}

function step(id: string, by: bigint): string {
  const value = BigInt(`0x${id.replaceAll('-', '')}`) + by;
  return format(value.toString(16).padStart(32, '0'));
}

function format(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
