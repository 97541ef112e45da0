import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { PARTS, PING } from './contract.ts';
import { keyIn } from './key-in.ts';

const operation: Operation = {
  ...PING,
  summary: 'Ping with a key: a run begins, has failed, has ended with this exit status',
  path: PARTS,
};

/** `GET /ping/{key}/{source}/{signal}`: records how a source goes, with a key. */
export const pingSignalWithKey = defineEndpoint({
  operationId: 'pingSignalWithKey',
  access: 'record',
  getChanges: true,
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});

/** `POST /ping/{key}/{source}/{signal}`: the same, with a body. */
export const postPingSignalWithKey = defineEndpoint({
  operationId: 'postPingSignalWithKey',
  access: 'record',
  keyIn,
  operation,
  handle: async (context) => (await import('./record-ping.ts')).recordPing(context),
});
