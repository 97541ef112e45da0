import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { PARTS, PING } from './contract.ts';
import { keyIn } from './key-in.ts';

const operation: Operation = {
  ...PING,
  summary: 'Ping: a source has answered',
  path: { source: PARTS.source },
};

/** `GET /ping/{source}`: records that a source has answered. */
export const ping = defineEndpoint({
  operationId: 'ping',
  access: 'record',
  getChanges: true,
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});

/** `POST /ping/{source}`: the same, with a body. */
export const postPing = defineEndpoint({
  operationId: 'postPing',
  access: 'record',
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});
