import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { PersonFields } from './fields.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Remember when somebody was born, by the form of a page',
  body: { fields: PersonFields, types: ['application/x-www-form-urlencoded'], required: true },
  responses: {
    204: { description: 'It is remembered.' },
    303: {
      description: 'It is remembered. Browsers go on to the greeting.',
      headers: { location: { type: 'string', format: 'uri-reference' } },
    },
  },
  problems: [400, 413, 415, 500, 503],
};

/** `POST /hello`: remembers when somebody was born, for browsers without scripts, whose forms cannot PUT. */
export const rememberBirthdayByForm = defineEndpoint({
  operationId: 'rememberBirthdayByForm',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).rememberByForm(context),
});
