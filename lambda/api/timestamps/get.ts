import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { Id } from './fields.ts';

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
  handle: async (context) => (await import('./read-records.ts')).getRecord(context),
});
