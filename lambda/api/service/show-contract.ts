import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import { ETAG_DOC, IF_NONE_MATCH_DOC, NOT_MODIFIED_DOC, validated } from '../http/validator.ts';
import { readAsset } from '../site/read-asset.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'This document',
  headers: IF_NONE_MATCH_DOC,
  responses: {
    200: { description: 'The contract.', headers: ETAG_DOC, content: { 'application/json': 'Contract' } },
    304: NOT_MODIFIED_DOC,
  },
  problems: [],
};

const A_MINUTE = { 'cache-control': 'public, max-age=60' };

/** `GET /openapi.json`: the contract, which `npm run openapi` makes. It changes with deployments only. */
export const showContract = defineEndpoint({
  operationId: 'showContract',
  access: 'open',
  operation,
  handle: ({ request }) => validated(request, respond(200, 'application/json', readAsset('openapi.json'), A_MINUTE)),
});
