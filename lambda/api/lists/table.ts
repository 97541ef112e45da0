import { csvLine } from '../../core/text/csv.ts';
import { jsonText, visible } from '../../core/text/visible-text.ts';
import { type HttpResponse, respond } from '../http/response.ts';

/** What `?format=` takes. The first is what a client gets that accepts anything. */
export const TABLE_FORMATS = ['json', 'html', 'csv', 'ndjson', 'text'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The media types, by format. */
export const MEDIA_TYPES: Readonly<Record<TableFormat, string>> = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  text: 'text/plain',
};
export const TABLE_TYPES = TABLE_FORMATS.map((name) => MEDIA_TYPES[name]);

/** The format of a media type out of TABLE_TYPES. */
export function tableFormatOf(type: string): TableFormat {
  return TABLE_FORMATS.find((name) => MEDIA_TYPES[name] === type) ?? 'json';
}

/** The names of columns: what has more than one member stands as JSON in cells. */
type Columns<Row> = readonly (keyof Row & string)[];

export interface Table<Row extends object> {
  readonly rows: readonly Row[];
  /** In CSV, in this order. */
  readonly columns: Columns<Row>;
  /** In text: the few that people look for. */
  readonly textColumns: Columns<Row>;
  /** A cursor; undefined at the end. */
  readonly next: string | undefined;
  /** What else the JSON has beside the rows. @default - nothing */
  readonly also?: Readonly<Record<string, unknown>>;
}

/**
 * The most that the rows of one answer may take as JSON text. A load balancer takes 1 MB of JSON from a function, in
 * which the body is one escaped string; the rest is for the frame around the rows and for the headers.
 */
const MAX_ROWS_BYTES = 900_000;
/** The same for rows that are told as JSON, of which some characters are escaped once more: see jsonText. */
const MAX_TABLE_BYTES = 850_000;
/** JSON text has at most so many bytes for each unit of a string: `\u0000`. */
const MAX_BYTES_OF_UNIT = 6;

/** How many of the rows, from the first on, one answer can carry, as they stand in its body. */
export function fitting(rows: readonly string[], mostBytes = MAX_ROWS_BYTES): number {
  const units = rows.reduce((sum, row) => sum + row.length, 0);
  if (units * MAX_BYTES_OF_UNIT <= mostBytes) return rows.length;
  let bytes = 0;
  const over = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row));
    return bytes > mostBytes;
  });
  return over === -1 ? rows.length : over;
}

/** The same of rows of a table. */
export function fittingRows(rows: readonly object[]): number {
  return fitting(
    rows.map((row) => JSON.stringify(row)),
    MAX_TABLE_BYTES,
  );
}

/** A page of rows, for programs and terminals. */
export function respondTable<Row extends object>(
  format: Exclude<TableFormat, 'html'>,
  table: Table<Row>,
): HttpResponse {
  const { rows, columns, textColumns, next = null, also = {} } = table;
  const others = Object.entries(also).map(([name, value]) => `,${jsonText(name)}:${jsonText(value)}`);
  const bodies = {
    json: () => `{"items":[${rows.map(jsonText).join(',')}],"next":${jsonText(next)}${others.join('')}}\n`,
    csv: () => csvLine(columns) + rows.map((row) => csvLine(columns.map((name) => cellOf(row[name])))).join(''),
    ndjson: () => rows.map((row) => `${jsonText(row)}\n`).join(''),
    text: () => rows.map((row) => rowText(row, textColumns)).join(''),
  };
  return respond(200, MEDIA_TYPES[format], bodies[format]());
}

/** A row as a line for a terminal; a dash where there is nothing. */
export function rowText<Row extends object>(row: Row, columns: Columns<Row>): string {
  return textLine(columns.map((name) => cellOf(row[name]) || '-'));
}

/** A line for a terminal, with tabs between. */
export function textLine(cells: readonly string[]): string {
  return `${cells.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')}\n`;
}

/** A value as it stands in a cell. */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? jsonText(value) : visible(String(value));
}
