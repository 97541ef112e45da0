import * as v from 'valibot';
import { timestampOf } from '../domain/timestamp-id.ts';
import type { TimestampRecord } from '../domain/timestamp-record.ts';

/** What is stored of a record beside its id. The timestamp is not: the id carries it. */
export const RECORD_FIELDS = {
  source: v.optional(v.string()),
  note: v.optional(v.string()),
  clientIp: v.string(),
  protocol: v.string(),
  requestId: v.string(),
};

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
