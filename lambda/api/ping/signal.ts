import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { PARTS, PING } from './contract.ts';
import { keyIn } from './key-in.ts';

const operation: Operation = {
  ...PING,
  summary: 'Ping: a run begins, has failed, has ended with this exit status; or a ping with a key before the source',
  path: { source: PARTS.source, signal: PARTS.signal },
};

/** `GET /ping/{source}/{signal}`: records how a source goes; or a ping with a key before the source. */
export const pingSignal = defineEndpoint({
  operationId: 'pingSignal',
  access: 'record',
  getChanges: true,
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});

/** `POST /ping/{source}/{signal}`: the same, with a body. */
export const postPingSignal = defineEndpoint({
  operationId: 'postPingSignal',
  access: 'record',
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});
