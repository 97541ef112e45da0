import { refuseQuery } from '../http/input.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';

export const operation: Operation = {
  tag: 'service',
  summary: 'Whether the table of timestamps answers',
  responses: { 200: { description: 'It does.', content: { 'application/json': 'Status' } } },
  problems: [400, 503],
};

/** `GET /ready`: the table answers, too. One read; 503 when it fails. */
export const checkReady: Endpoint = async (request, { timestamps }) => {
  refuseQuery(request);
  await timestamps.check();
  return respond(200, 'application/json', '{"status":"ready"}\n');
};
