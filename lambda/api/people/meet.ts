import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { MeetingFields } from './fields.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Greet the name that a form sends, which cannot put it into the path',
  query: MeetingFields,
  responses: {
    200: {
      description: 'The greeting, for programs.',
      content: { 'application/json': 'Greeting', 'text/plain': 'Text' },
    },
    303: {
      description: 'Browsers go on to the greeting.',
      headers: { location: { type: 'string', format: 'uri-reference' } },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /hello`: goes on to the greeting of the name in the query, for forms. */
export const meetPerson = defineEndpoint({
  operationId: 'meetPerson',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).meet(context),
});
