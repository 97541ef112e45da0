/** The records of a file, one after the other: what is malformed has its line instead, and takes nothing else with it. */
import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import { readCsvRow } from '../records/csv.ts';
import { MalformedRecordError, recordOfCells, recordOfJson } from '../records/record-text.ts';

/** What stands at a line, which is counted from 1. */
export type Entry = { readonly line: number } & ({ readonly record: TimestampRecord } | { readonly problem: string });

interface Line {
  readonly number: number;
  /** Undefined when it is no UTF-8, or too long. */
  readonly text: string | undefined;
}

/** A record is a few KB at most: what is longer is none, and is not held. */
const MOST_BYTES = 65_536;
const NO_TEXT = `it is no text in UTF-8 of at most ${MOST_BYTES} bytes`;
const NEWLINE = 10;

/** The lines of a file, without their line breaks, in constant memory. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const add = (part: Uint8Array) => {
    size += part.length;
    if (size <= MOST_BYTES) parts.push(part);
  };
  const end = (): Line => {
    const bytes = Buffer.concat(parts);
    const fits = size <= MOST_BYTES;
    parts = [];
    size = 0;
    number += 1;
    try {
      return { number, text: fits ? decoder.decode(bytes) : undefined };
    } catch {
      return { number, text: undefined };
    }
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, to));
      yield end();
      from = to + 1;
    }
    add(chunk.subarray(from));
  }
  if (size > 0) yield end();
}

/** The entries of a file of either format, which its first line tells. */
export async function* entriesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const lines = linesOf(chunks);
  for await (const line of lines) {
    const text = line.text?.replace(/\r$/, '');
    if (text === '') continue;
    const columns = text === undefined ? undefined : columnsOf(text);
    if (columns !== undefined) return yield* csvEntries(columns, lines);
    yield* ndjsonEntries(line);
    for await (const other of lines) yield* ndjsonEntries(other);
  }
}

/** The names of the first line of CSV, which has one of the id; undefined if that is no such line. */
function columnsOf(text: string): readonly string[] | undefined {
  const row = readCsvRow(text);
  return row.kind === 'row' && row.cells.includes('id') ? row.cells : undefined;
}

function* ndjsonEntries({ number, text }: Line): Generator<Entry> {
  if (text === undefined) yield { line: number, problem: NO_TEXT };
  else if (text.trim() !== '') yield entryOf(number, () => recordOfJson(text));
}

function entryOf(line: number, read: () => TimestampRecord): Entry {
  try {
    return { line, record: read() };
  } catch (error) {
    if (!(error instanceof MalformedRecordError)) throw error;
    return { line, problem: error.message };
  }
}

/**
 * A row may have several lines. One whose quotes are wrong may have swallowed the rows behind it, so what it took is read
 * again from the line after its first. A row that is well-formed is never read again: its note may look like rows.
 */
async function* csvEntries(columns: readonly string[], lines: AsyncIterator<Line>): AsyncGenerator<Entry> {
  /** What was taken before and is to be read again. */
  let waiting: Line[] = [];
  const next = async (): Promise<Line | undefined> => {
    const waited = waiting.shift();
    if (waited !== undefined) return waited;
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  for (let first = await next(); first !== undefined; first = await next()) {
    const taken = [first];
    const reject = (problem: string): Entry => {
      waiting = [...taken.slice(1), ...waiting];
      return { line: taken[0]?.number ?? 0, problem };
    };
    if (first.text === undefined || first.text.replace(/\r$/, '') === '') {
      if (first.text === undefined) yield reject(NO_TEXT);
      continue;
    }
    let text = first.text;
    let row = readCsvRow(text.replace(/\r$/, ''));
    while (row.kind === 'unfinished' && text.length <= MOST_BYTES) {
      const more = await next();
      if (more === undefined) break;
      taken.push(more);
      if (more.text === undefined) break;
      text += `\n${more.text}`;
      row = readCsvRow(text.replace(/\r$/, ''));
    }
    if (row.kind === 'unfinished') yield reject('a quote is not closed');
    else if (row.kind === 'malformed') yield reject(row.problem);
    else if (row.cells.length !== columns.length) {
      yield reject(`it has ${row.cells.length} cells; the first line has ${columns.length}`);
    } else {
      const { cells } = row;
      yield entryOf(first.number, () => recordOfCells(columns, cells));
    }
  }
}
