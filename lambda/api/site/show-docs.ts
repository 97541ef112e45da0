import { defineEndpoint } from '../http/endpoint.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { ETAG_DOC, IF_NONE_MATCH_DOC, NOT_MODIFIED_DOC, validated } from '../http/validator.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'This document as a page, on which each operation can be tried',
  headers: IF_NONE_MATCH_DOC,
  responses: {
    200: { description: 'The page.', headers: ETAG_DOC, content: { 'text/html': 'Text' } },
    304: NOT_MODIFIED_DOC,
  },
  problems: [406],
};

/** `GET /docs`: the API document as a page on which each operation can be tried. */
export const showDocs = defineEndpoint({
  operationId: 'showDocs',
  access: 'open',
  operation,
  handle: async ({ request }) => {
    negotiate(request, ['text/html']);
    return validated(request, (await import('./docs-page.ts')).docsPage());
  },
});
