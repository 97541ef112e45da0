/** The parameters of a series. Each message says what is allowed. */
import * as v from 'valibot';
import { duration } from '../../core/roll/expectation.ts';
import { NAME_ALLOWED, nameWith } from '../../core/text/name.ts';
import { Time } from '../lists/page-fields.ts';

export const SERIES_FORMATS = ['json', 'csv', 'svg'] as const;
const FORMAT_ALLOWED = `one of ${SERIES_FORMATS.join(', ')}`;

export const SeriesFields = v.object({
  /** Of the records that have it. @default - all records are counted */
  value: v.optional(nameWith(`the name of a value: ${NAME_ALLOWED}`)),
  /** @default - as short as makes at most 100 steps */
  step: v.optional(duration(60_000, '1m')),
  /** @default - a day before `to` */
  from: v.optional(Time),
  /** @default - now */
  to: v.optional(Time),
  format: v.optional(v.picklist(SERIES_FORMATS, FORMAT_ALLOWED)),
});
