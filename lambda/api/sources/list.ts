import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { pageDoc } from './contract.ts';
import { RollFields } from './fields.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'The roll: who should answer and who has, worst first, a page at a time',
  description:
    'First those that are down, then late, affected, waiting, paused, up and unwatched; of one standing by name; `name` is how names begin. With a `tag`, a page may be short, or empty, and have a `next`.',
  query: RollFields,
  responses: { 200: /* @__PURE__ */ pageDoc('SourcePage') },
  problems: [400, 404, 406, 500, 503],
};

/** `GET /sources`: the roll, worst first, a page at a time. */
export const listSources = defineEndpoint({
  operationId: 'listSources',
  access: 'read',
  operation,
  handle: async (context) => (await import('./list-sources.ts')).list(context),
});
