import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON, SOURCE_DATA, SOURCE_PATH } from './contract.ts';
import { ExpectationForm } from './pages/typed-expectation.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Say how often a source should answer, by the form of its page',
  description:
    'As PUT, of the fields of a form: numbers, tags and channels are texts; limits and windows are lines such as `disk max 90 of 3` and `0 3 * * 0 for 2h in Europe/Madrid`. Fields that are empty count as not there.',
  path: SOURCE_PATH,
  body: { fields: ExpectationForm, types: ['application/x-www-form-urlencoded'], required: true },
  responses: { 200: SOURCE_DATA, 303: GO_ON },
  problems: [400, 404, 406, 413, 415, 500, 503],
};

/** `POST /sources/{source}`: says how often a source should answer, for browsers without scripts, whose forms cannot PUT. */
export const expectSourceByForm = defineEndpoint({
  operationId: 'expectSourceByForm',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).expectByForm(context),
});
