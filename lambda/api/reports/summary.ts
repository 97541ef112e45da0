import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { REPORT_TYPES, SummaryFields } from './fields.ts';

const operation: Operation = {
  tag: 'reports',
  summary: 'How the sources did',
  description:
    'The time in which each was not down. On Mondays it is sent through the channels of the stage, for the week.',
  query: SummaryFields,
  responses: { 200: { description: 'The report.', content: { 'application/json': 'Uptimes', ...REPORT_TYPES } } },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /reports/summary`: uptime and outages by source. */
export const reportSummary = defineEndpoint({
  operationId: 'reportSummary',
  access: 'read',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).summary(context),
});
