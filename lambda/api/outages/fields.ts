/** The parameters of outages. Each message says what is allowed. */
import * as v from 'valibot';
import { isSafe } from '../../core/text/free-text.ts';
import { Format, Limit } from '../lists/page-fields.ts';
import { Id, Source } from '../timestamps/fields.ts';

const OPEN_ALLOWED = 'true or false';
const NOTE_ALLOWED = '1 to 1,500 characters of text, with no control characters but tabs and line breaks';

export const OutagesFields = v.object({
  limit: Limit,
  before: v.optional(Id),
  after: v.optional(Id),
  source: v.optional(Source),
  open: v.optional(
    v.pipe(
      v.picklist(['true', 'false'], OPEN_ALLOWED),
      v.transform((text) => text === 'true'),
    ),
  ),
  format: Format,
});

export const NoteFields = v.object({
  text: v.pipe(
    v.string(NOTE_ALLOWED),
    v.trim(),
    v.minLength(1, NOTE_ALLOWED),
    v.maxLength(1_500, NOTE_ALLOWED),
    v.check(isSafe, NOTE_ALLOWED),
  ),
});
