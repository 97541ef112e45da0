import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { CHANNEL_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'channels',
  summary: 'Remove a channel',
  description: 'Sources that name it are told of through the others.',
  path: CHANNEL_PATH,
  responses: { 204: { description: 'There is no channel of this name, whether or not there was.' } },
  problems: [400, 404, 500, 503],
};

/** `DELETE /channels/{channel}`: removes a channel with its secrets. */
export const deleteChannel = defineEndpoint({
  operationId: 'deleteChannel',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).remove(context),
});
