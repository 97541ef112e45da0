import * as v from 'valibot';
import { NAME_ALLOWED, nameWith } from '../../core/text/name.ts';
import type { Operation } from '../http/operation.ts';
import { Source } from '../timestamps/fields.ts';

const SIGNAL_ALLOWED = 'start, fail, log or an exit status from 0 to 255';

/** The parts of the path of a ping, for the contract. */
export const PARTS = {
  source: Source,
  signal: v.pipe(v.string(SIGNAL_ALLOWED), v.regex(/^(?:start|fail|log|\d{1,3})$/, SIGNAL_ALLOWED)),
  key: v.pipe(v.string(), v.regex(/^rc_/)),
};

/** What the contract says of every ping. */
export const PING: Omit<Operation, 'path' | 'summary'> = {
  tag: 'roll',
  description:
    'For clients that know the ping addresses of Healthchecks (healthchecks.io/docs/http_api): GET, HEAD and POST do the same. Of a body, the first 1,024 bytes become the note. Previews of links record nothing.',
  query: v.object({
    rid: v.optional(nameWith(`the id of a run: ${NAME_ALLOWED}`)),
  }),
  responses: { 200: { description: 'It is recorded.', content: { 'text/plain': 'Text' } } },
  problems: [400, 500, 503],
};
