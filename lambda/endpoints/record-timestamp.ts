import * as v from 'valibot';
import { timestampOf } from '../domain/timestamp-id.ts';
import { readFields } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
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

const LOCATION = { type: 'string', format: 'uri-reference' };

export const operation: Operation = {
  tag: 'timestamps',
  summary: 'Record that something happened now',
  description: 'Each field comes once: in the query, in JSON or in a form.',
  query: RecordFields,
  body: {
    fields: RecordFields,
    types: ['application/json', 'application/x-www-form-urlencoded'],
    required: false,
  },
  responses: {
    201: {
      description: 'It is recorded. The text is the timestamp.',
      headers: { location: LOCATION },
      content: { 'text/plain': 'Text', 'application/json': 'Timestamp' },
    },
    303: { description: 'It is recorded. Browsers go on to the list.', headers: { location: LOCATION } },
  },
  problems: [400, 406, 413, 415, 500, 503],
};

/** `POST /app`: records that something happened now. */
export const recordTimestamp: Endpoint = async (request, { timestamps, nextId }) => {
  const type = negotiate(request, ['text/plain', 'application/json', 'text/html']);
  const { source, note } = readFields(request, RecordFields);
  const { clientIp, protocol, requestId } = request;
  const id = nextId();
  const timestamp = timestampOf(id);
  const record = { id, timestamp, ...(source && { source }), ...(note && { note }), clientIp, protocol, requestId };
  await timestamps.put(record);

  const location = `/app/${id}`;
  switch (type) {
    case 'text/plain':
      return respond(201, type, `${timestamp}\n`, { location });
    case 'application/json':
      return respond(201, type, `${JSON.stringify(record)}\n`, { location });
    case 'text/html':
      return respondEmpty(303, { location: '/app' });
  }
};
