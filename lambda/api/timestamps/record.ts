import type * as v from 'valibot';
import { nameOf } from '../../core/access/principal.ts';
import type { Counted } from '../../core/observe/log.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import type { TimestampRecord } from '../../core/timestamps/record.ts';
import { timestampOf } from '../../core/timestamps/timestamp-id.ts';
import { requireSource } from '../access/admit.ts';
import { defineEndpoint, type EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, isJson, queryFields, readFields } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { EXIT_ALLOWED, isExitOf, RecordFields, saySame, VALUE_PREFIX } from './record-fields.ts';

/**
 * What the answer can be. Who does not say gets text, for people at terminals; but who sends JSON gets JSON: that is a
 * program, and many generated clients say nothing of what they take.
 */
const TYPES = ['text/plain', 'application/json', 'text/html'] as const;
const TYPES_FOR_PROGRAMS = ['application/json', 'text/plain', 'text/html'] as const;
const KEY_USED = 'This Idempotency-Key was used with other fields; take a new key for each timestamp.';

const LOCATION = { type: 'string', format: 'uri-reference' };
const REPLAYED = { const: 'true', description: 'An earlier request with this key has recorded it.' };

const operation: Operation = {
  tag: 'timestamps',
  summary: 'Record that something happened now',
  description:
    'Each field comes once: in the query, in JSON or in a form. In queries and forms, `value.disk=81.5` stands for a member of `values`.',
  headers: {
    'Idempotency-Key': {
      type: 'string',
      minLength: 1,
      description:
        'Whoever sends one may send the request again, within 24 hours, until an answer comes: there will be one timestamp. 1 to 255 printable ASCII characters, in quotes or bare (IETF draft-ietf-httpapi-idempotency-key-header-07).',
    },
  },
  query: RecordFields,
  body: {
    fields: RecordFields,
    types: ['application/json', 'application/x-www-form-urlencoded'],
    required: false,
  },
  responses: {
    201: {
      description:
        'It is recorded. Whoever asks for no type gets JSON for a body that is JSON, and otherwise text: the timestamp alone.',
      headers: { location: LOCATION },
      optionalHeaders: { 'idempotency-replayed': REPLAYED },
      content: { 'application/json': 'Timestamp', 'text/plain': 'Text' },
      links: {
        record: {
          operationId: 'getTimestamp',
          description: 'The record.',
          parameters: { id: '$response.body#/id' },
        },
      },
    },
    303: {
      description: 'It is recorded. Browsers go on to the list.',
      headers: { location: LOCATION },
      optionalHeaders: { 'idempotency-replayed': REPLAYED },
    },
  },
  problems: [400, 406, 413, 415, 422, 500, 503],
};

/**
 * `POST /app`: records that something happened now; with an Idempotency-Key once, however often it is sent. The key stands
 * for one whole record before that record is written, so every request with it writes the same one.
 */
export const recordTimestamp = defineEndpoint({
  operationId: 'recordTimestamp',
  access: 'record',
  operation,
  handle: async (context) => {
    const { request, principal } = context;
    const key = readIdempotencyKey(request, principal);
    const type = negotiate(request, isJson(request) ? TYPES_FOR_PROGRAMS : TYPES);
    const said = readFields(request, RecordFields, { [VALUE_PREFIX]: 'values' });
    if (!isExitOf(said)) {
      throw invalidField('exit', said.exit, EXIT_ALLOWED, 'exit' in queryFields(request) ? 'query' : 'body');
    }
    const { record, counted } = await recordNow(context, said, key);
    const headers = { location: `/app/${record.id}`, ...(counted === undefined && { 'idempotency-replayed': 'true' }) };
    return { ...answer(type, record, headers), counted };
  },
});

/** What was recorded, and what is counted of it: nothing if an earlier request has recorded it. */
export interface Recorded {
  readonly record: TimestampRecord;
  readonly counted: Counted | undefined;
}

/**
 * Records what a request says.
 *
 * @param key an Idempotency-Key, if there is one
 * @throws HttpError 403 for a source of others, 422 for a key that was used
 */
export async function recordNow(
  { request, deps: { timestamps, idempotencyKeys, nextId }, principal }: EndpointContext,
  { source, note, ...report }: v.InferOutput<typeof RecordFields>,
  key: string | undefined,
): Promise<Recorded> {
  requireSource(principal, source);
  const { clientIp, protocol, requestId } = request;
  const id = nextId();
  const recordedBy = nameOf(principal);
  const by = recordedBy === undefined ? {} : { recordedBy };
  const fields = {
    ...(source && { source }),
    ...(note && { note }),
    clientIp,
    protocol,
    requestId,
    ...by,
    ...report,
  };
  const asked: TimestampRecord = { id, timestamp: timestampOf(id), ...fields };
  const record = key === undefined ? asked : await idempotencyKeys.claim(key, asked);
  if (!saySame(record, asked)) throw new HttpError(422, KEY_USED);
  await timestamps.put(record);
  const counted: Counted = { metric: 'Timestamps', properties: source ? { source } : {} };
  return { record, counted: record.id === id ? counted : undefined };
}

function answer(
  type: (typeof TYPES)[number],
  record: TimestampRecord,
  headers: Readonly<Record<string, string>>,
): HttpResponse {
  switch (type) {
    case 'text/plain':
      return respond(201, type, `${record.timestamp}\n`, headers);
    case 'application/json':
      return respond(201, type, `${jsonText(record)}\n`, headers);
    case 'text/html':
      return respondEmpty(303, { ...headers, location: '/app' });
  }
}
