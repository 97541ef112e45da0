import * as v from 'valibot';
import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { BADGE } from './contract.ts';

const operation: Operation = {
  ...BADGE,
  summary: 'How the sources with a tag stand, as a picture for a README',
  path: { tag: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]{1,64}$/)) },
};

/** `GET /tags/{tag}/badge.svg`: how the sources with a tag stand, as a picture. */
export const showTagBadge = defineEndpoint({
  operationId: 'showTagBadge',
  access: 'read',
  operation,
  handle: async (context) => (await import('./badges.ts')).tagBadge(context),
});
