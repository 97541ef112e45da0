import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GreetingFields } from './fields.ts';
import { Username } from './username.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Greet somebody, and count the days to the next birthday',
  path: { username: Username },
  query: GreetingFields,
  responses: {
    200: {
      description: 'The greeting.',
      content: { 'application/json': 'Greeting', 'text/html': 'Text', 'text/plain': 'Text' },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /hello/{username}`: greets, and counts the days to the next birthday. */
export const greetPerson = defineEndpoint({
  operationId: 'greetPerson',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).greet(context),
});
