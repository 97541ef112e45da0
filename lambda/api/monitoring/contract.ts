import type { Operation } from '../http/operation.ts';

/** What the contract says of every badge. */
export const BADGE: Omit<Operation, 'path' | 'summary'> = {
  tag: 'roll',
  responses: { 200: { description: 'A picture of 20 pixels in height.', content: { 'image/svg+xml': 'Text' } } },
  problems: [400, 404, 500, 503],
};
