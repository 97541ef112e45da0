import * as v from 'valibot';
import { defineEndpoint } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { refuseQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { originOf } from '../http/own-address.ts';
import { respond } from '../http/response.ts';
import { jsonText } from '../http/visible-text.ts';
import { Id } from './fields.ts';
import { textLine } from './formats.ts';

const operation: Operation = {
  tag: 'timestamps',
  summary: 'One record',
  path: { id: Id },
  responses: {
    200: {
      description: 'The record.',
      content: { 'application/json': 'Timestamp', 'text/html': 'Text', 'text/plain': 'Text' },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /app/{id}`: one record. */
export const getTimestamp = defineEndpoint({
  operationId: 'getTimestamp',
  access: 'read',
  operation,
  handle: async ({ request, deps: { timestamps, now }, params: { id = '' } }) => {
    const type = negotiate(request, ['application/json', 'text/html', 'text/plain']);
    if (type !== 'text/html') refuseQuery(request);
    const parsed = v.safeParse(Id, id);
    const record = parsed.success ? await timestamps.get(parsed.output) : undefined;
    if (record === undefined) throw new HttpError(404, 'No timestamp has this id.');
    switch (type) {
      case 'application/json':
        return respond(200, type, `${jsonText(record)}\n`);
      case 'text/html':
        return (await import('./record-page.ts')).timestampPage(record, { origin: originOf(request), now: now() });
      case 'text/plain':
        return respond(200, type, textLine(record));
    }
  },
});
