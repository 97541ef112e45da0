import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { SignInForm } from './sign-in-fields.ts';

const SESSION = {
  'set-cookie': { type: 'string', description: 'The session. No program needs it: a key is enough.' },
};

const operation: Operation = {
  tag: 'service',
  summary: 'Sign in with a key, in a browser',
  body: { fields: SignInForm, types: ['application/x-www-form-urlencoded'], required: true },
  responses: {
    200: {
      description: 'Somebody is signed in, for eight hours.',
      headers: SESSION,
      content: { 'application/json': 'Visitor' },
    },
    303: {
      description: 'The same. Browsers go on.',
      headers: {
        location: { type: 'string', format: 'uri-reference' },
        ...SESSION,
      },
    },
  },
  problems: [400, 401, 404, 413, 415, 500, 503],
};

/** `POST /sign-in`: begins a session, in a cookie, for whoever has a key. */
export const signIn = defineEndpoint({
  operationId: 'signIn',
  access: 'open',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).enter(context),
});
