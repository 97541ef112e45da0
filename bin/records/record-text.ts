/** Records as text, one after the other, and back: what is written comes back as it was, down to the byte. */
import * as v from 'valibot';
import { RecordFields } from '../../lambda/api/timestamps/record-fields.ts';
import { jsonText } from '../../lambda/core/text/visible-text.ts';
import { RECORD_COLUMNS, RECORD_FIELDS, recordOf, type TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import { isId, timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { csvLine, unguarded } from './csv.ts';

export const RECORD_FORMATS = ['ndjson', 'csv'] as const;
export type RecordFormat = (typeof RECORD_FORMATS)[number];

const NOTE_ALLOWED = 'at most 1,024 bytes of well-formed text';
const ID_ALLOWED = 'the id of a timestamp, a UUID of version 7 in lower case';

/** A record as it may come: the fields that records have, and no others, with what the store relies on. */
const Incoming = v.strictObject({
  id: v.pipe(v.string(ID_ALLOWED), v.check(isId, ID_ALLOWED)),
  timestamp: v.optional(v.string()),
  ...RECORD_FIELDS,
  ...RecordFields.entries,
  // Old records hold characters that are refused today.
  note: v.optional(
    v.pipe(
      v.string(NOTE_ALLOWED),
      v.maxBytes(1024, NOTE_ALLOWED),
      v.check((note) => note.isWellFormed(), NOTE_ALLOWED),
    ),
  ),
});

const FIELDS = new Map<string, v.GenericSchema>(Object.entries(Incoming.entries));

/** A text that is no record; the message says why. */
export class MalformedRecordError extends Error {
  override readonly name = 'MalformedRecordError';
}

/** What stands before the first record. */
export function headOf(format: RecordFormat): string {
  return format === 'csv' ? csvLine(RECORD_COLUMNS) : '';
}

/** A record as a line of its own, with the line break. */
export function lineOf(format: RecordFormat, record: TimestampRecord): string {
  const shown = RECORD_COLUMNS.map((column) => [column, inOrder(record[column])] as const);
  if (format === 'ndjson') return `${jsonText(Object.fromEntries(shown.filter(([, value]) => value !== undefined)))}\n`;
  return csvLine(
    shown.map(([, value]) => (typeof value === 'string' ? value : value === undefined ? '' : jsonText(value))),
  );
}

/** A store gives the members of a map back in any order; text has one. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}

/** @throws MalformedRecordError */
export function recordOfJson(line: string): TimestampRecord {
  try {
    return recordFrom(JSON.parse(line));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new MalformedRecordError('it is no JSON');
  }
}

/**
 * The record of a row.
 *
 * @param columns the names in the first line of the file
 * @throws MalformedRecordError
 */
export function recordOfCells(columns: readonly string[], cells: readonly string[]): TimestampRecord {
  const fields: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const text = unguarded(cells[index] ?? '');
    // What is absent and what is empty look the same, and nothing that may be absent is ever empty.
    if (text !== '' || isRequired(column)) fields[column] = cellValue(column, text);
  }
  return recordFrom(fields);
}

function isRequired(column: string): boolean {
  return FIELDS.get(column)?.type !== 'optional';
}

/** The value of a cell: its text where the field is one, and otherwise what it says in JSON. */
function cellValue(column: string, text: string): unknown {
  const field = FIELDS.get(column);
  if (field === undefined || v.is(field, text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return v.is(field, value) ? value : text;
  } catch {
    return text;
  }
}

function recordFrom(value: unknown): TimestampRecord {
  const result = v.safeParse(Incoming, value);
  if (!result.success) throw new MalformedRecordError(problemOf(result.issues[0]));
  const { id, timestamp = timestampOf(id), ...fields } = result.output;
  if (timestamp !== timestampOf(id)) {
    throw new MalformedRecordError(`its timestamp is ${shortened(timestamp)}, and its id carries ${timestampOf(id)}`);
  }
  const { source, note, ...others } = fields;
  return recordOf(id, { ...(source && { source }), ...(note && { note }), ...others });
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (path === null) return 'it is no object';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `no record has a field ${shortened(path)}`;
  if (issue.input === undefined) return `${path} is missing`;
  const allowed = issue.message.startsWith('Invalid') ? (issue.expected ?? 'otherwise') : issue.message;
  return `${path} is ${shortened(issue.input)}; it must be ${allowed}`;
}

function shortened(value: unknown): string {
  const text = jsonText(value ?? null);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
