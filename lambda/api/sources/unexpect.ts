import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Expect nothing of a source any more',
  description: 'Its records and its outages stay; one that is open ends, and nobody is told.',
  path: SOURCE_PATH,
  responses: { 204: { description: 'Nothing is expected of it.' } },
  problems: [400, 404, 500, 503],
};

/** `DELETE /sources/{source}`: expects nothing of a source any more. */
export const unexpectSource = defineEndpoint({
  operationId: 'unexpectSource',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).unexpect(context),
});
