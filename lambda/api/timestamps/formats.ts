import { csvLine } from '../../core/text/csv.ts';
import { jsonText, visible } from '../../core/text/visible-text.ts';
import { RECORD_COLUMNS, type TimestampRecord } from '../../core/timestamps/record.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { cellOf, MEDIA_TYPES, type TableFormat } from '../lists/table.ts';
import { reportOf } from './report.ts';

/** Where a page of records leads: `next` is a cursor, the others are relative addresses; undefined at the end. */
export interface PageLinks {
  readonly next: string | undefined;
  readonly older: string | undefined;
  readonly newer: string | undefined;
}

/** What the records were asked for with, as the API takes it; times are in UTC. */
export interface ListFilter {
  readonly source?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit?: string | undefined;
}

/** How a record is shown. */
export interface RowView {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether callers are known by names, so that there is a column for them where each field has one. */
  readonly named: boolean;
}

/** A page of records, for the forms that show more than rows. */
export interface ListPage extends PageLinks, RowView {
  /** Newest first. */
  readonly records: readonly TimestampRecord[];
  readonly filter: ListFilter;
  /** Whether this is the page of the newest, which has no cursor. */
  readonly first: boolean;
  /** How the client reaches this host. */
  readonly origin: string;
}

/** A form that a list of records can take. */
export interface ListFormat {
  /** One record as it stands in the body. */
  readonly row: (record: TimestampRecord, view: RowView) => string;
  readonly answer: (rows: readonly string[], page: ListPage) => HttpResponse;
}

const FORMATS: Readonly<Record<Exclude<TableFormat, 'html'>, ListFormat>> = {
  json: {
    row: jsonText,
    answer: (rows, { next = null }) =>
      respond(200, MEDIA_TYPES.json, `{"items":[${rows.join(',')}],"next":${JSON.stringify(next)}}\n`),
  },
  csv: {
    row: (record, view) => csvLine(columnsOf(view).map((column) => cellOf(record[column]))),
    answer: (rows, page) => respond(200, MEDIA_TYPES.csv, csvLine(columnsOf(page)) + rows.join('')),
  },
  ndjson: {
    row: (record) => `${jsonText(record)}\n`,
    answer: (rows) => respond(200, MEDIA_TYPES.ndjson, rows.join('')),
  },
  text: {
    row: textLine,
    answer: (rows) => respond(200, MEDIA_TYPES.text, rows.join('')),
  },
};

/** How a list of records stands in a format. */
export async function formatOf(name: TableFormat): Promise<ListFormat> {
  return name === 'html' ? (await import('./list-page.ts')).PAGE_FORMAT : FORMATS[name];
}

/** One record for a terminal: what is known, between tabs; a dash where there is no source. */
export function textLine(record: TimestampRecord): string {
  const { timestamp, source = '-', note = '' } = record;
  const cells = [timestamp, source, visible(note.replaceAll(/[\t\r\n]+/g, ' ')), reportOf(record)];
  return `${cells.join('\t').trimEnd()}\n`;
}

function columnsOf({ named }: RowView) {
  return named ? RECORD_COLUMNS : RECORD_COLUMNS.filter((column) => column !== 'recordedBy');
}
