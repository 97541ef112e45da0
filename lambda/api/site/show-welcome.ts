import { defineEndpoint } from '../http/endpoint.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { originOf } from '../http/own-address.ts';
import { respond } from '../http/response.ts';
import { ETAG_DOC, IF_NONE_MATCH_DOC, NOT_MODIFIED_DOC, validated } from '../http/validator.ts';

const operation: Operation = {
  tag: 'service',
  summary: 'What this is, and how to use it',
  headers: IF_NONE_MATCH_DOC,
  responses: {
    200: { description: 'The page.', headers: ETAG_DOC, content: { 'text/html': 'Text', 'text/plain': 'Text' } },
    304: NOT_MODIFIED_DOC,
  },
  problems: [406],
};

/** `GET /`: what this is, a button that records a timestamp, and how to use curl against this very host. */
export const showWelcome = defineEndpoint({
  operationId: 'showWelcome',
  access: 'open',
  operation,
  handle: async ({ request }) => {
    const { curlExamples, welcomePage } = await import('./welcome-page.ts');
    const type = negotiate(request, ['text/html', 'text/plain']);
    const examples = curlExamples(originOf(request));
    const lines = examples.map(({ command }) => `${command}\n`).join('');
    return validated(request, type === 'text/html' ? welcomePage(examples) : respond(200, type, lines));
  },
});
