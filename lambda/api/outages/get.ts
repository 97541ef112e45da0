import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { OUTAGE_ANSWER, OUTAGE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'One outage with its notes',
  path: OUTAGE_PATH,
  responses: { 200: OUTAGE_ANSWER },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /outages/{id}`: one outage with its notes. */
export const getOutage = defineEndpoint({
  operationId: 'getOutage',
  access: 'read',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).get(context),
});
