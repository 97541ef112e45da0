/** The fields of a record that callers give. Each message says what is allowed. */
import * as v from 'valibot';
import { isSafe } from '../../core/text/free-text.ts';
import { Name, nameWith } from '../../core/text/name.ts';
import { MOST_EXIT, RECORD_STATES, type TimestampRecord } from '../../core/timestamps/record.ts';
import { Source } from './fields.ts';

const NOTE_ALLOWED =
  'at most 1,024 bytes of UTF-8 text, with no control characters but tabs and line breaks, and no U+FFFD, which is what bytes become that are not UTF-8';

const STATE_ALLOWED = `one of ${RECORD_STATES.join(', ')}`;
export const EXIT_ALLOWED = `a whole number from 0 to ${MOST_EXIT}; only a failure has another one than 0, and a start or a log has none`;
const VALUES_ALLOWED =
  'at most 10 numbers by their names, each 1 to 64 of A-Z a-z 0-9 . _ -, such as {"disk": 81.5}; in forms and queries value.disk=81.5';
/** DynamoDB keeps numbers of a magnitude between 1e-130 and 1e126. */
const LARGEST = 1e125;
const SMALLEST = 1e-129;

/** A number, as JSON has it or as text: forms know nothing else. */
function numberOf(pattern: RegExp, allowed: string) {
  return v.union(
    [v.number(allowed), v.pipe(v.string(allowed), v.regex(pattern, allowed), v.transform(Number))],
    allowed,
  );
}

const Value = v.pipe(
  numberOf(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/, VALUES_ALLOWED),
  v.check((value) => value === 0 || (Math.abs(value) >= SMALLEST && Math.abs(value) <= LARGEST), VALUES_ALLOWED),
);

export const RecordFields = v.object({
  source: v.optional(Source),
  note: v.optional(v.pipe(v.string(NOTE_ALLOWED), v.maxBytes(1024, NOTE_ALLOWED), v.check(isSafe, NOTE_ALLOWED))),
  state: v.optional(v.picklist(RECORD_STATES, STATE_ALLOWED)),
  run: v.optional(Name),
  exit: v.optional(
    v.pipe(
      numberOf(/^\d{1,3}$/, EXIT_ALLOWED),
      v.integer(EXIT_ALLOWED),
      v.minValue(0, EXIT_ALLOWED),
      v.maxValue(MOST_EXIT, EXIT_ALLOWED),
    ),
  ),
  values: v.optional(
    v.pipe(
      // Each by itself: a schema of records would leave out names that objects have of their own.
      v.custom<object>(
        (values) => typeof values === 'object' && values !== null && !Array.isArray(values),
        VALUES_ALLOWED,
      ),
      v.metadata({ type: 'object', maxProperties: 10, additionalProperties: { type: 'number' } }),
      v.transform((values) => Object.entries(values)),
      v.maxLength(10, VALUES_ALLOWED),
      v.array(
        v.tuple([
          // Objects have these names of their own.
          v.pipe(nameWith(VALUES_ALLOWED), v.regex(/^(?!(__proto__|prototype|constructor)$)/, VALUES_ALLOWED)),
          Value,
        ]),
      ),
      v.transform((entries): Readonly<Record<string, number>> => Object.fromEntries(entries)),
    ),
  ),
});
type Given = v.InferOutput<typeof RecordFields>;

/** What stands in the fields of forms and queries for the members of `values`: `value.disk`. */
export const VALUE_PREFIX = 'value.';

/** Whether an exit status goes with a state: a shell's 0 is a success, all others are failures. */
export function isExitOf({ state, exit }: Given): boolean {
  if (exit === undefined || state === undefined) return true;
  return state === 'fail' ? exit > 0 : state === 'success' && exit === 0;
}

/** Whether two records say the same: all that callers give is equal. */
export function saySame(one: TimestampRecord, other: TimestampRecord): boolean {
  const said = ({ source, note, state, run, exit, values = {} }: TimestampRecord) =>
    JSON.stringify([source, note, state, run, exit, Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  return said(one) === said(other);
}
