import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { CHANNEL_ANSWER, CHANNEL_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'channels',
  summary: 'A channel, and what was told through it',
  path: CHANNEL_PATH,
  responses: { 200: CHANNEL_ANSWER },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /channels/{channel}`: a channel, and what became of its last notices. */
export const getChannel = defineEndpoint({
  operationId: 'getChannel',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).get(context),
});
