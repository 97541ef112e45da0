import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { ListFields } from './read-records.ts';

const operation: Operation = {
  tag: 'timestamps',
  summary: 'The records, newest first, a page at a time',
  description:
    'A page ends at `limit` records, or earlier where one answer cannot carry more. `next`, and the Link header, go on from there. `before` and `after` exclude each other; `from` must be earlier than `to`.',
  query: ListFields,
  responses: {
    200: {
      description: 'A page.',
      optionalHeaders: { link: { type: 'string', description: 'The next page (RFC 8288): `<address>; rel="next"`.' } },
      content: {
        'application/json': 'TimestampPage',
        'text/html': 'Text',
        'text/csv': 'Text',
        'application/x-ndjson': 'Text',
        'text/plain': 'Text',
      },
      links: {
        next: {
          operationId: 'listTimestamps',
          description:
            'The next page, unless `next` is null; where `after` was sent, it goes there instead of `before`.',
          parameters: { before: '$response.body#/next' },
        },
      },
    },
    303: {
      description:
        "A browser's form left fields empty, or has times without a zone, which mean UTC: it goes on to the address that says so.",
      headers: { location: { type: 'string', format: 'uri-reference' } },
    },
  },
  problems: [400, 406, 500, 503],
};

/**
 * `GET /app`: the records, newest first, a page at a time. A page ends at `limit` records, or earlier where one answer
 * cannot carry more; `next` goes on from there either way, in the direction in which the caller pages.
 */
export const listTimestamps = defineEndpoint({
  operationId: 'listTimestamps',
  access: 'read',
  operation,
  handle: async (context) => (await import('./read-records.ts')).listRecords(context),
});
