import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SignInQuery } from './sign-in-fields.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'Who is signed in, and the page on which people sign in',
  query: SignInQuery,
  responses: {
    200: { description: 'Who it is, or the page.', content: { 'application/json': 'Visitor', 'text/html': 'Text' } },
    303: {
      description: 'The way to the identity provider, for `with=provider`.',
      headers: {
        location: { type: 'string', format: 'uri' },
        'set-cookie': { type: 'string', description: 'What the answer of the provider must match.' },
      },
    },
  },
  problems: [404, 406, 500, 503],
};

/** `GET /sign-in`: a page for people, and for the scripts of pages who is signed in. */
export const showSignIn = defineEndpoint({
  operationId: 'showSignIn',
  access: 'open',
  operation,
  handle: async (context) => (await import('../access/on-demand.ts')).answerWho(context),
});
