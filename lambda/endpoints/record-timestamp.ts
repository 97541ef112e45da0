import * as v from 'valibot';
import { timestampOf } from '../domain/timestamp-id.ts';
import type { TimestampRecord } from '../domain/timestamp-record.ts';
import { HttpError } from '../http/errors.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readFields } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { respond, respondEmpty } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';
import { Source } from './fields.ts';

const NOTE_ALLOWED =
  'at most 1,024 bytes of UTF-8 text, with no control characters but tabs and line breaks, and no U+FFFD';
/**
 * U+FFFD stands where something on the way met bytes that were no UTF-8: what the caller meant is lost. Other control
 * characters would reach the terminals of those who list the timestamps.
 */
const UNSAFE = /[^\P{Cc}\t\n\r]|\uFFFD/u;

const KEY_USED = 'This Idempotency-Key was used with another source or note; take a new key for each timestamp.';

export const RecordFields = v.object({
  source: v.optional(Source),
  note: v.optional(
    v.pipe(
      v.string(NOTE_ALLOWED),
      v.maxBytes(1024, NOTE_ALLOWED),
      v.check((note) => note.isWellFormed() && !UNSAFE.test(note), NOTE_ALLOWED),
    ),
  ),
});

/**
 * `POST /app`: records that something happened now; with an Idempotency-Key once, however often it is sent. The key stands
 * for one whole record before that record is written, so every request with it writes the same one.
 */
export const recordTimestamp: Endpoint = async (request, { timestamps, idempotencyKeys, nextId }) => {
  const key = readIdempotencyKey(request);
  const type = negotiate(request, ['text/plain', 'application/json', 'text/html']);
  const { source, note } = readFields(request, RecordFields);
  const { clientIp, protocol, requestId } = request;
  const id = nextId();
  const fields = { ...(source && { source }), ...(note && { note }), clientIp, protocol, requestId };
  const asked: TimestampRecord = { id, timestamp: timestampOf(id), ...fields };
  const record = key === undefined ? asked : await idempotencyKeys.claim(key, asked);
  if (record.source !== asked.source || record.note !== asked.note) throw new HttpError(422, KEY_USED);
  await timestamps.put(record);

  const replayed = record.id !== id && { 'idempotency-replayed': 'true' };
  const headers = { location: `/app/${record.id}`, ...replayed };
  switch (type) {
    case 'text/plain':
      return respond(201, type, `${record.timestamp}\n`, headers);
    case 'application/json':
      return respond(201, type, `${JSON.stringify(record)}\n`, headers);
    case 'text/html':
      return respondEmpty(303, { ...headers, location: '/app' });
  }
};
