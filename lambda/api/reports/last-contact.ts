import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { LastContactFields, REPORT_TYPES } from './fields.ts';

const operation: Operation = {
  tag: 'reports',
  summary: 'Who was not heard for long',
  description: 'On the first of each month it is sent through the channels of the stage, for 30 days.',
  query: LastContactFields,
  responses: { 200: { description: 'The report.', content: { 'application/json': 'LastContacts', ...REPORT_TYPES } } },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /reports/last-contact`: who was last heard longer ago than that. */
export const reportLastContact = defineEndpoint({
  operationId: 'reportLastContact',
  access: 'read',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).lastContact(context),
});
