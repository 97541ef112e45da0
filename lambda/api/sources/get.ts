import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SOURCE_ANSWER, SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'One source: how it stands, what is expected of it, its last runs',
  path: SOURCE_PATH,
  responses: { 200: SOURCE_ANSWER },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /sources/{source}`: how a source stands, what is expected of it, its last runs. */
export const getSource = defineEndpoint({
  operationId: 'getSource',
  access: 'read',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).get(context),
});
