import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { Source } from '../timestamps/fields.ts';
import { SeriesFields } from './fields.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'The records of a source, or one of its values, by steps of time',
  description:
    'Steps begin at whole multiples of their length since 1970, in UTC. At most 5,000 records are read, the newest first: `complete` says whether these are all, and if not, `from` is where they begin.',
  path: { source: Source },
  query: SeriesFields,
  responses: {
    200: {
      description: 'The series.',
      content: { 'application/json': 'Series', 'text/csv': 'Text', 'image/svg+xml': 'Text' },
    },
  },
  problems: [400, 406, 500, 503],
};

/** `GET /sources/{source}/series`: the records of a source, or one of its values, by steps of time. */
export const showSeries = defineEndpoint({
  operationId: 'showSeries',
  access: 'read',
  operation,
  handle: async (context) => (await import('./read-series.ts')).readSeries(context),
});
