import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON, SOURCE_DATA, SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Expect nothing of a source until it is resumed',
  description: 'An outage that is open ends, and nobody is told. A source that is paused stays so.',
  path: SOURCE_PATH,
  responses: { 200: SOURCE_DATA, 303: GO_ON },
  problems: [400, 404, 406, 409, 500, 503],
};

/** `POST /sources/{source}/pause`: expects nothing of a source until it is resumed. */
export const pauseSource = defineEndpoint({
  operationId: 'pauseSource',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).pause(context),
});
