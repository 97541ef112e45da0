import * as v from 'valibot';
import type { TimestampRecord } from './record.ts';
import { microsOf, timestampOf } from './timestamp-id.ts';

/** What is stored of a record beside its id. The timestamp is not: the id carries it. */
export const RECORD_FIELDS = {
  source: v.optional(v.string()),
  note: v.optional(v.string()),
  clientIp: v.string(),
  protocol: v.string(),
  requestId: v.string(),
};

const SECONDS_PER_DAY = 86_400;

/** When a record's item, or what stands for it, may go: so many days after it, in seconds since the Unix epoch. */
export function expiryOf(id: string, days: number): number {
  return Math.ceil(microsOf(id) / 1e6) + days * SECONDS_PER_DAY;
}

type Fields = v.InferOutput<v.ObjectSchema<typeof RECORD_FIELDS, undefined>>;

/** The record of an id and of what is stored beside it. */
export function recordOf(id: string, { source, note, ...rest }: Fields): TimestampRecord {
  return {
    id,
    timestamp: timestampOf(id),
    ...(source !== undefined && { source }),
    ...(note !== undefined && { note }),
    ...rest,
  };
}
