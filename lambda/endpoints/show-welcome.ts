import { readQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';
import { curlExamples, welcomePage } from '../pages/welcome.ts';
import { NoFields } from './fields.ts';

/** What a Host header may hold (RFC 9110, section 7.2): a name or an address, and a port. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

export const operation: Operation = {
  tag: 'service',
  summary: 'What this is, and how to use it',
  responses: { 200: { description: 'The page.', content: { 'text/html': 'Text', 'text/plain': 'Text' } } },
  problems: [400, 406],
};

/** `GET /`: what this is, a button that records a timestamp, and how to use curl against this very host. */
export const showWelcome: Endpoint = (request) => {
  const type = negotiate(request, ['text/html', 'text/plain']);
  readQuery(request, NoFields);
  const origin = `${request.protocol}://${HOST.test(request.host) ? request.host : 'localhost'}`;
  return type === 'text/html' ? welcomePage(origin) : respond(200, type, curlExamples(origin));
};
