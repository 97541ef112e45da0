import { refuseQuery } from '../http/input.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';

export const operation: Operation = {
  tag: 'service',
  summary: 'Whether the tables answer',
  responses: { 200: { description: 'They do.', content: { 'application/json': 'Status' } } },
  problems: [400, 503],
};

/** `GET /ready`: the tables answer, too. One read of each; 503 when it fails. */
export const checkReady: Endpoint = async (request, { checkTables }) => {
  refuseQuery(request);
  await checkTables();
  return respond(200, 'application/json', '{"status":"ready"}\n');
};
