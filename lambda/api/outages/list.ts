import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { pageDoc } from '../sources/contract.ts';
import { OutagesFields } from './fields.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Outages, those that began last first, a page at a time',
  description:
    '`open=true` has those that are open, `open=false` those that have ended: such a page may be short, or empty, and have a `next`. `before` and `after` exclude each other. An outage is kept for 400 days.',
  query: OutagesFields,
  responses: { 200: /* @__PURE__ */ pageDoc('OutagePage') },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /outages`: outages, those that began last first, a page at a time. */
export const listOutages = defineEndpoint({
  operationId: 'listOutages',
  access: 'read',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).list(context),
});
