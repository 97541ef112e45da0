import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON, SOURCE_DATA, SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Expect nothing of a source any more, by the form of its page',
  description: 'As DELETE.',
  path: SOURCE_PATH,
  responses: { 200: SOURCE_DATA, 303: GO_ON },
  problems: [400, 404, 406, 500, 503],
};

/** `POST /sources/{source}/unexpect`: expects nothing of a source any more, for forms, which cannot DELETE. */
export const unexpectSourceByForm = defineEndpoint({
  operationId: 'unexpectSourceByForm',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).unexpectByForm(context),
});
