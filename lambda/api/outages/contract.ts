import type { ResponseDoc } from '../http/operation.ts';
import { Id } from '../timestamps/fields.ts';

/** What the contract says of an outage more than once. */
export const OUTAGE_PATH = { id: Id };

/** The outage, where browsers that sent a form go on. */
export const OUTAGE_DATA: ResponseDoc = {
  description: 'The outage.',
  content: { 'application/json': 'Outage', 'text/plain': 'Text' },
};

export const OUTAGE_ANSWER: ResponseDoc = {
  description: 'The outage.',
  content: { 'application/json': 'Outage', 'text/html': 'Text', 'text/plain': 'Text' },
};
