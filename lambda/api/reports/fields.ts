import * as v from 'valibot';
import { TABLE_FORMATS } from '../lists/table.ts';

const FORMAT_ALLOWED = `one of ${TABLE_FORMATS.join(', ')}`;

function days(usual: string) {
  const allowed = 'a whole number of days from 1 to 366';
  return v.pipe(
    v.optional(v.string(allowed), usual),
    v.regex(/^[1-9]\d{0,2}$/, allowed),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(1),
    v.maxValue(366, allowed),
  );
}

const format = v.optional(v.picklist(TABLE_FORMATS, FORMAT_ALLOWED));
export const LastContactFields = v.object({ days: days('30'), format });
export const SummaryFields = v.object({ days: days('7'), format });

/** All forms of a report. */
export const REPORT_TYPES = {
  'text/html': 'Text',
  'text/csv': 'Text',
  'application/x-ndjson': 'Text',
  'text/plain': 'Text',
} as const;
