import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { Username } from './username.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Erase a person, by the form of a page',
  path: { username: Username },
  responses: {
    204: { description: 'Nothing is known of this name.' },
    303: {
      description: 'Nothing is known of this name. Browsers go on to the start page.',
      headers: { location: { type: 'string', format: 'uri-reference' } },
    },
  },
  problems: [400, 500, 503],
};

/** `POST /hello/{username}/erase`: erases a person, for forms, which cannot DELETE. */
export const forgetPersonByForm = defineEndpoint({
  operationId: 'forgetPersonByForm',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).forgetByForm(context),
});
