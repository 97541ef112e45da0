import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'The roll for Prometheus and its like, as OpenMetrics',
  description: 'At most 1,000 sources, worst first: `rollcall_sources_left_out` says whether there are more.',
  responses: {
    200: {
      description: 'Metrics (OpenMetrics 1.0), which is the text format of Prometheus, too.',
      content: { 'application/openmetrics-text': 'Text', 'text/plain': 'Text' },
    },
  },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /metrics`: the roll, as OpenMetrics. */
export const showMetrics = defineEndpoint({
  operationId: 'showMetrics',
  access: 'read',
  operation,
  handle: async (context) => (await import('./read-metrics.ts')).readMetrics(context),
});
