import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON } from '../sources/contract.ts';
import { CHANNEL_PATH } from './contract.ts';

const operation: Operation = {
  tag: 'channels',
  summary: 'Try a channel',
  description: 'Sends a message, and waits some seconds for what the other side answers.',
  path: CHANNEL_PATH,
  responses: {
    200: {
      description: 'What became of the message.',
      content: { 'application/json': 'Notice', 'text/plain': 'Text' },
    },
    202: {
      description: 'It is not settled yet; the page of the channel will say.',
      headers: { location: { type: 'string', format: 'uri-reference' } },
      content: { 'application/json': 'Notice', 'text/plain': 'Text' },
    },
    303: GO_ON,
  },
  problems: [400, 404, 406, 500, 503],
};

/** `POST /channels/{channel}/test`: sends a message, and says what the other side answered. */
export const testChannel = defineEndpoint({
  operationId: 'testChannel',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).test(context),
});
