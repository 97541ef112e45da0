import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { Username } from './username.ts';

const operation: Operation = {
  tag: 'people',
  summary: 'Erase a person',
  path: { username: Username },
  responses: { 204: { description: 'Nothing is known of this name, whether or not there was.' } },
  problems: [400, 500, 503],
};

/** `DELETE /hello/{username}`: erases what is known of somebody, if anything is. */
export const forgetPerson = defineEndpoint({
  operationId: 'forgetPerson',
  access: 'people',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).forget(context),
});
