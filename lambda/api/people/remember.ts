import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { BirthdayFields } from './fields.ts';
import { Username } from './username.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Remember when somebody was born',
  path: { username: Username },
  body: { fields: BirthdayFields, types: ['application/json'], required: true },
  responses: {
    204: {
      description: 'It is remembered.',
      links: {
        greeting: {
          operationId: 'greetPerson',
          description: 'The greeting.',
          parameters: { username: '$request.path.username' },
        },
      },
    },
  },
  problems: [400, 413, 415, 500, 503],
};

/** `PUT /hello/{username}`: remembers when somebody was born. */
export const rememberBirthday = defineEndpoint({
  operationId: 'rememberBirthday',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).remember(context),
});
