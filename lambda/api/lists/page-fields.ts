/** The parameters of every list. Each message says what is allowed. */
import * as v from 'valibot';
import { TABLE_FORMATS } from './table.ts';

const DEFAULT_LIMIT = 100;
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
