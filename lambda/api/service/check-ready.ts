import { defineEndpoint } from '../http/endpoint.ts';
import { refuseQuery } from '../http/input.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'Whether the tables answer',
  responses: { 200: { description: 'They do.', content: { 'application/json': 'Status' } } },
  problems: [400, 503],
};

/** `GET /ready`: the tables answer, too. One read of each; 503 when it fails. */
export const checkReady = defineEndpoint({
  operationId: 'checkReady',
  access: 'open',
  operation,
  handle: async ({ request, deps: { checkTables } }) => {
    refuseQuery(request);
    await checkTables();
    return respond(200, 'application/json', '{"status":"ready"}\n');
  },
});
