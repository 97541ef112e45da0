import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SignInBody } from './sign-in-fields.ts';

const SESSION = { type: 'string', description: 'The session. No program needs it: a key is enough.' };

const operation: Operation = {
  tag: 'service',
  summary: 'Sign in with a key, or as somebody whom the identity provider vouches for, in a browser',
  body: { fields: SignInBody, types: ['application/x-www-form-urlencoded'], required: true },
  responses: {
    200: {
      description: 'Somebody is signed in, for eight hours.',
      headers: { 'set-cookie': SESSION },
      content: { 'application/json': 'Visitor' },
    },
    303: {
      description: 'The same. Browsers go on.',
      headers: {
        location: { type: 'string', format: 'uri-reference' },
        'set-cookie': SESSION,
      },
    },
  },
  problems: [400, 401, 404, 413, 415, 500, 503],
};

/** `POST /sign-in`: begins a session, in a cookie, for whoever has a key, or comes from the identity provider. */
export const signIn = defineEndpoint({
  operationId: 'signIn',
  access: 'open',
  // The identity provider's answer, and nothing else.
  takesOtherSites: true,
  operation,
  handle: async (context) => (await import('../access/on-demand.ts')).enter(context),
});
