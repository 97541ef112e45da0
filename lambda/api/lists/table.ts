import { type HttpResponse, respond } from '../http/response.ts';
import { jsonText, visible } from '../http/visible-text.ts';
import { csvLine } from './csv.ts';

/** What `?format=` takes. The first is what a client gets that accepts anything. */
export const TABLE_FORMATS = ['json', 'html', 'csv', 'ndjson', 'text'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** The media types, by format. */
const TYPES: Readonly<Record<TableFormat, string>> = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  text: 'text/plain',
};
export const TABLE_TYPES = TABLE_FORMATS.map((name) => TYPES[name]);

/** The format of a media type out of TABLE_TYPES. */
export function tableFormatOf(type: string): TableFormat {
  return TABLE_FORMATS.find((name) => TYPES[name] === type) ?? 'json';
}

/** A row, by its columns: what has more than one member stands as JSON in cells. */
export type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly rows: readonly Row[];
  /** In CSV, in this order. */
  readonly columns: readonly string[];
  /** In text: the few that people look for. */
  readonly textColumns: readonly string[];
  /** A cursor; undefined at the end. */
  readonly next: string | undefined;
  /** What else the JSON has beside the rows. @default - nothing */
  readonly also?: Readonly<Record<string, unknown>>;
}

/**
 * The most that the rows of one answer may take as JSON text. A load balancer takes 1 MB of JSON from a function, in
 * which the body is one escaped string; the rest is for the frame around the rows and for the headers.
 */
const MAX_ROWS_BYTES = 850_000;

/** How many of the rows one answer can carry. */
export function fittingRows(rows: readonly Row[]): number {
  let bytes = 0;
  const over = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(row)));
    return bytes > MAX_ROWS_BYTES;
  });
  return over === -1 ? rows.length : over;
}

/** A page of rows, for programs and terminals. */
export function respondTable(format: Exclude<TableFormat, 'html'>, table: Table): HttpResponse {
  const { rows, columns, textColumns, next = null, also = {} } = table;
  const others = Object.entries(also).map(([name, value]) => `,${jsonText(name)}:${jsonText(value)}`);
  const cells = (row: Row, names: readonly string[], empty = '') => names.map((name) => cellOf(row[name]) || empty);
  const bodies = {
    json: () => `{"items":[${rows.map(jsonText).join(',')}],"next":${jsonText(next)}${others.join('')}}\n`,
    csv: () => csvLine(columns) + rows.map((row) => csvLine(cells(row, columns))).join(''),
    ndjson: () => rows.map((row) => `${jsonText(row)}\n`).join(''),
    text: () => rows.map((row) => textLine(cells(row, textColumns, '-'))).join(''),
  };
  return respond(200, TYPES[format], bodies[format]());
}

/** A line for a terminal, with tabs between. */
export function textLine(cells: readonly string[]): string {
  return `${cells.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')}\n`;
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? jsonText(value) : visible(String(value));
}
