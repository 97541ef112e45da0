import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON } from '../sources/contract.ts';
import { OUTAGE_DATA, OUTAGE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Take an outage on: nobody is reminded of it any more',
  path: OUTAGE_PATH,
  responses: { 200: OUTAGE_DATA, 303: GO_ON },
  problems: [400, 404, 406, 409, 500, 503],
};

/** `POST /outages/{id}/acknowledge`: takes an outage on, so that nobody is reminded of it any more. */
export const acknowledgeOutage = defineEndpoint({
  operationId: 'acknowledgeOutage',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).acknowledge(context),
});
