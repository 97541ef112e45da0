import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'Whether the process answers',
  responses: { 200: { description: 'It does.', content: { 'application/json': 'Status' } } },
  problems: [],
};

/** `GET /health`: the process answers. No I/O, so that a broken store does not take every function out of service. */
export const checkHealth = defineEndpoint({
  operationId: 'checkHealth',
  access: 'open',
  operation,
  handle: () => respond(200, 'application/json', '{"status":"ok"}\n'),
});
