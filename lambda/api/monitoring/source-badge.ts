import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { Source } from '../timestamps/fields.ts';
import { BADGE } from './contract.ts';

const operation: Operation = {
  ...BADGE,
  summary: 'How a source stands, as a picture for a README',
  path: { source: Source },
};

/** `GET /sources/{source}/badge.svg`: how a source stands, as a picture. */
export const showSourceBadge = defineEndpoint({
  operationId: 'showSourceBadge',
  access: 'read',
  operation,
  handle: async (context) => (await import('./badges.ts')).sourceBadge(context),
});
