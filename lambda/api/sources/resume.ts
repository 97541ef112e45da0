import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON, SOURCE_DATA, SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'End the pause of a source',
  description: 'It has a whole period from now on. A maintenance window that is on is not ended.',
  path: SOURCE_PATH,
  responses: { 200: SOURCE_DATA, 303: GO_ON },
  problems: [400, 404, 406, 409, 500, 503],
};

/** `POST /sources/{source}/resume`: ends the pause of a source. */
export const resumeSource = defineEndpoint({
  operationId: 'resumeSource',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).resume(context),
});
