import * as v from 'valibot';
import { microsOf, timestampOf } from './timestamp-id.ts';

/** What a record may say of how it went: all is well, a run begins, something failed, or nothing of that kind. */
export const RECORD_STATES = ['success', 'start', 'fail', 'log'] as const;
/** The largest exit status of a process (POSIX, 8 bits). */
export const MOST_EXIT = 255;

/** What is stored of a record beside its id, and what stands for it in all that lists fields: the contract, CSV. */
export const RECORD_FIELDS = {
  /** Who or what recorded it, in the caller's words: 1 to 64 of `A-Za-z0-9._-`. */
  source: v.optional(v.string()),
  /** Free text of the caller: at most 1,024 bytes of UTF-8. */
  note: v.optional(v.string()),
  /** The address that the nearest trusted proxy saw. */
  clientIp: v.string(),
  /** `http` or `https`: how the client reached that proxy. */
  protocol: v.string(),
  /** The request that recorded it, as it stands in the logs. */
  requestId: v.string(),
  /** The name of whoever recorded it, where callers are asked for one. */
  recordedBy: v.optional(v.string()),
  /** How it went; without it and without an exit status, well. What is unknown here says nothing of it. */
  state: v.optional(v.fallback(v.picklist(RECORD_STATES), 'log')),
  /** The run that it belongs to, in the caller's words: 1 to 64 of `A-Za-z0-9._-`. */
  run: v.optional(v.string()),
  /** The exit status of what ran: 0 to 255, and all but 0 are failures. */
  exit: v.optional(v.number()),
  /** What was measured: at most 10 numbers by their names. */
  values: v.optional(v.record(v.string(), v.number())),
};
type Fields = Readonly<v.InferOutput<v.ObjectSchema<typeof RECORD_FIELDS, undefined>>>;

/** What Rollcall records: something happened at an instant, and who said so. */
export interface TimestampRecord extends Fields {
  /** UUIDv7; see timestamp-id.ts. */
  readonly id: string;
  /** The instant of the id, RFC 3339 in UTC with microseconds. It is not stored. */
  readonly timestamp: string;
}

/** Whether a record says that something went wrong: its exit status says more than its state. */
export function isFailure({ state, exit = 0 }: Pick<TimestampRecord, 'state' | 'exit'>): boolean {
  return state === 'fail' || exit !== 0;
}

/** The names of all fields of a record, in the order in which they are shown. */
export const RECORD_COLUMNS: readonly (keyof TimestampRecord)[] = [
  'id',
  'timestamp',
  ...v.keyof(v.object(RECORD_FIELDS)).options,
];

const SECONDS_PER_DAY = 86_400;

/** When a record's item, or what stands for it, may go: so many days after it, in seconds since the Unix epoch. */
export function expiryOf(id: string, days: number): number {
  return Math.ceil(microsOf(id) / 1e6) + days * SECONDS_PER_DAY;
}

/** The record of an id and of what is stored beside it. */
export function recordOf(id: string, fields: Fields): TimestampRecord {
  return { id, timestamp: timestampOf(id), ...fields };
}

/** Which records a page is about. Bounds in ids and microseconds; all of them hold at once. */
export interface PageQuery {
  /** The most records that the page may have. */
  readonly limit: number;
  /** Only records older than this id. */
  readonly before?: string | undefined;
  /** Only records newer than this id; the page then starts at the old end, next to it. */
  readonly after?: string | undefined;
  /** Only records at or after this instant. */
  readonly from?: number | undefined;
  /** Only records before this instant. */
  readonly to?: number | undefined;
  /** Only records of this source. */
  readonly source?: string | undefined;
}

/** A page of records, newest first. */
export interface Page {
  readonly records: readonly TimestampRecord[];
  /** Whether there are more records beyond the page, in the direction of the query. */
  readonly more: boolean;
}
