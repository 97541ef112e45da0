import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'Whether the tables answer',
  responses: { 200: { description: 'They do.', content: { 'application/json': 'Status' } } },
  problems: [503],
};

/** `GET /ready`: the tables answer, too. One read of each; 503 when it fails. */
export const checkReady = defineEndpoint({
  operationId: 'checkReady',
  access: 'open',
  operation,
  handle: async ({ deps: { checkTables } }) => {
    await checkTables();
    return respond(200, 'application/json', '{"status":"ready"}\n');
  },
});
