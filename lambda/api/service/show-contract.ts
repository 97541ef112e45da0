import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import { readAsset } from '../site/read-asset.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'This document',
  responses: { 200: { description: 'The contract.', content: { 'application/json': 'Contract' } } },
  problems: [],
};

/** `GET /openapi.json`: the contract, which `npm run openapi` makes. It changes with deployments only. */
export const showContract = defineEndpoint({
  operationId: 'showContract',
  access: 'open',
  operation,
  handle: () => respond(200, 'application/json', readAsset('openapi.json'), { 'cache-control': 'public, max-age=60' }),
});
