import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';

const operation: Operation = {
  tag: 'channels',
  summary: 'Where people are told',
  responses: {
    200: {
      description: 'All channels.',
      content: { 'application/json': 'ChannelPage', 'text/html': 'Text', 'text/plain': 'Text' },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /channels`: all channels, without their secrets. */
export const listChannels = defineEndpoint({
  operationId: 'listChannels',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).list(context),
});
