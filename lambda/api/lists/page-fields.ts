/** The parameters of every list. Each message says what is allowed. */
import * as v from 'valibot';
import { parseRfc3339 } from '../../core/timestamps/timestamp-id.ts';
import { TABLE_FORMATS } from './table.ts';

export const DEFAULT_LIMIT = 100;
const LIMIT_ALLOWED = 'a whole number from 1 to 1000';
const FORMAT_ALLOWED = `one of ${TABLE_FORMATS.join(', ')}`;

/** The most that a page has: 1 to 1000. */
export const Limit = v.pipe(
  v.optional(v.string(LIMIT_ALLOWED), String(DEFAULT_LIMIT)),
  v.regex(/^[1-9]\d{0,3}$/, LIMIT_ALLOWED),
  v.transform(Number),
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(1000, LIMIT_ALLOWED),
);

export const Format = v.optional(v.picklist(TABLE_FORMATS, FORMAT_ALLOWED));

const TIME_ALLOWED = 'a time of RFC 3339, such as 2026-11-20T22:15:06Z or 2026-11-20T23:15:06%2B01:00';
/** Microseconds since the Unix epoch; negative before it. */
export const Time = v.pipe(
  v.string(TIME_ALLOWED),
  v.metadata({ format: 'date-time' }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const micros = parseRfc3339(dataset.value);
    if (micros !== undefined) return micros;
    addIssue({ message: TIME_ALLOWED });
    return NEVER;
  }),
);
