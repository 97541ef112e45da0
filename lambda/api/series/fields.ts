/** The parameters of a series. Each message says what is allowed. */
import * as v from 'valibot';
import { parseDuration } from '../../core/roll/expectation.ts';
import { Time } from '../lists/page-fields.ts';

const VALUE_ALLOWED = 'the name of a value: 1 to 64 of A-Z a-z 0-9 . _ -';
const STEP_ALLOWED = 'from 1m to 366d, as 5m, 1h, 7d or a duration of ISO 8601 such as PT1H';
export const SERIES_FORMATS = ['json', 'csv', 'svg'] as const;
const FORMAT_ALLOWED = `one of ${SERIES_FORMATS.join(', ')}`;
const MOST_STEP_MS = 366 * 86_400_000;

export const SeriesFields = v.object({
  /** Of the records that have it. @default - all records are counted */
  value: v.optional(v.pipe(v.string(VALUE_ALLOWED), v.regex(/^[A-Za-z0-9._-]{1,64}$/, VALUE_ALLOWED))),
  /** @default - as short as makes at most 100 steps */
  step: v.optional(
    v.pipe(
      v.string(STEP_ALLOWED),
      v.check((text) => {
        const ms = parseDuration(text);
        return ms !== undefined && ms >= 60_000 && ms <= MOST_STEP_MS;
      }, STEP_ALLOWED),
    ),
  ),
  /** @default - a day before `to` */
  from: v.optional(Time),
  /** @default - now */
  to: v.optional(Time),
  format: v.optional(v.picklist(SERIES_FORMATS, FORMAT_ALLOWED)),
});
