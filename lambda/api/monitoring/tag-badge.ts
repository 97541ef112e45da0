import { Name } from '../../core/text/name.ts';
import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { BADGE } from './contract.ts';

const operation: Operation = {
  ...BADGE,
  summary: 'How the sources with a tag stand, as a picture for a README',
  path: { tag: Name },
};

/** `GET /tags/{tag}/badge.svg`: how the sources with a tag stand, as a picture. */
export const showTagBadge = defineEndpoint({
  operationId: 'showTagBadge',
  access: 'read',
  operation,
  handle: async (context) => (await import('./badges.ts')).tagBadge(context),
});
