import { ExpectationFields } from '../../core/roll/expectation.ts';
import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SOURCE_ANSWER, SOURCE_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Say how often a source should answer',
  description:
    'Exactly one of `every` and `cron`. The source need not have been heard. The same expectation again changes nothing, and none ends a pause.',
  path: SOURCE_PATH,
  body: { fields: ExpectationFields, types: ['application/json'], required: true },
  responses: { 200: SOURCE_ANSWER },
  problems: [400, 404, 406, 413, 415, 500, 503],
};

/** `PUT /sources/{source}`: says how often a source should answer. */
export const expectSource = defineEndpoint({
  operationId: 'expectSource',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).expect(context),
});
