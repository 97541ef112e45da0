import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { CHANNEL_ANSWER, CHANNEL_PATH } from './contract.ts';
import { ChannelFields } from './fields.ts';

const operation: Operation = {
  tag: 'channels',
  summary: 'Set up a channel',
  description:
    'Secrets that are left out stay as they were. A channel that was broken is tried again. `url` and `secret` never come out.',
  path: CHANNEL_PATH,
  body: { fields: ChannelFields, types: ['application/json'], required: true },
  responses: { 200: CHANNEL_ANSWER },
  problems: [400, 404, 406, 413, 415, 500, 503],
};

/** `PUT /channels/{channel}`: sets up a channel. */
export const putChannel = defineEndpoint({
  operationId: 'putChannel',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).put(context),
});
