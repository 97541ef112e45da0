import { defineEndpoint } from '../http/endpoint.ts';
import type { Operation } from '../http/operation.ts';
import { GO_ON } from '../sources/contract.ts';
import { OUTAGE_DATA, OUTAGE_PATH } from './contract.ts';
import { NoteFields } from './fields.ts';

const operation: Operation = {
  tag: 'roll',
  summary: 'Add a note to an outage',
  path: OUTAGE_PATH,
  body: { fields: NoteFields, types: ['application/json', 'application/x-www-form-urlencoded'], required: true },
  responses: { 201: { ...OUTAGE_DATA, description: 'The outage with the note.' }, 303: GO_ON },
  problems: [400, 404, 406, 413, 415, 500, 503],
};

/** `POST /outages/{id}/notes`: adds a note to an outage. */
export const noteOutage = defineEndpoint({
  operationId: 'noteOutage',
  access: 'manage',
  operation,
  handle: async (context) => (await import('./on-demand.ts')).note(context),
});
