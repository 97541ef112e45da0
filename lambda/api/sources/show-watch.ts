import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'What the watch found when it looked last: how many sources stand how',
  description: 'One small read, however many sources there are. The watch looks once a minute.',
  responses: { 200: { description: 'The report.', content: { 'application/json': 'Watch' } } },
  problems: [400, 404, 500, 503],
};

/** `GET /watch`: what the watch found when it looked last. Every open page asks it again and again. */
export const showWatch = defineEndpoint({
  operationId: 'showWatch',
  access: 'read',
  operation,
  handle: async (context) => (await import('./list-sources.ts')).watch(context),
});
