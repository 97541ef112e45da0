import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';

const ENDED = { type: 'string' };

const operation: Operation = {
  tag: 'service',
  summary: 'Sign out, in a browser',
  responses: {
    200: {
      description: 'The browser has no session any more.',
      headers: { 'set-cookie': ENDED },
      content: { 'application/json': 'Visitor' },
    },
    303: {
      description: 'The same. Browsers go to the page for signing in.',
      headers: { location: { type: 'string', format: 'uri-reference' }, 'set-cookie': ENDED },
    },
  },
  problems: [404],
};

/** `POST /sign-out`: takes the cookie away from the browser, whoever it names. */
export const signOut = defineEndpoint({
  operationId: 'signOut',
  access: 'open',
  operation,
  handle: async (context) => (await import('../access/on-demand.ts')).leave(context),
});
