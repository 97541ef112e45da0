/** What the endpoint of a series does. It is loaded when it is asked for. */
import { expectationOf, parseDuration } from '../../core/roll/expectation.ts';
import { csvLine } from '../../core/text/csv.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import type { TimestampRecord } from '../../core/timestamps/record.ts';
import { clampInstant } from '../../core/timestamps/timestamp-id.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { invalidField, queryFields, readQuery } from '../http/input.ts';
import { negotiate } from '../http/negotiation.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { readSource } from '../sources/fields.ts';
import { SeriesFields } from './fields.ts';
import { plotOf } from './plot.ts';
import { countSteps, MOST_POINTS, type Point, pointsOf, stepOf } from './steps.ts';

const DAY = 86_400_000;
const PAGE = 1_000;
/** The most records that are read for one answer: each thousand costs up to 145 read units. */
const MOST_RECORDS = 5_000;
const TYPES = ['application/json', 'text/csv', 'image/svg+xml'] as const;
const FORMATS = { json: TYPES[0], csv: TYPES[1], svg: TYPES[2] } as const;

/** A series as it is told. */
export interface Series {
  readonly source: string;
  readonly value?: string;
  /** In seconds. */
  readonly step: number;
  readonly from: string;
  readonly to: string;
  /** Whether all records between were read. */
  readonly complete: boolean;
  readonly points: readonly Point[];
}

export async function readSeries({ request, deps, params }: EndpointContext): Promise<HttpResponse> {
  const source = readSource(params);
  const { value, format, ...asked } = readQuery(request, SeriesFields);
  const to = toMillis(asked.to) ?? deps.now();
  const from = toMillis(asked.from) ?? to - DAY;
  if (from >= to) throw invalidField('to', queryFields(request).to, 'a time later than from');
  const step = (asked.step === undefined ? undefined : parseDuration(asked.step)) ?? stepOf(to - from);
  if (countSteps(from, to, step) > MOST_POINTS) {
    const allowed = `at least ${Math.ceil((to - from) / MOST_POINTS / 60_000)}m for this span, which makes ${MOST_POINTS} steps`;
    throw invalidField('step', queryFields(request).step, allowed);
  }

  const { records, complete } = await readRecords(deps, source, from, to);
  const oldest = records.at(-1)?.timestamp;
  const begin = complete || oldest === undefined ? from : Date.parse(oldest);
  const series: Series = {
    source,
    ...(value !== undefined && { value }),
    step: step / 1000,
    from: new Date(begin).toISOString(),
    to: new Date(to).toISOString(),
    complete,
    points: pointsOf(records, { from: begin, to, step, value }),
  };
  const type = format === undefined ? negotiate(request, TYPES) : FORMATS[format];
  switch (type) {
    case 'application/json':
      return respond(200, type, `${jsonText(series)}\n`);
    case 'text/csv':
      return respond(200, type, csvOf(series));
    case 'image/svg+xml':
      return respond(200, type, plotOf(series, value === undefined ? undefined : await limitOf(deps, source, value)));
  }
}

/** The records of a span, newest first, up to what may be read. */
async function readRecords({ timestamps }: EndpointContext['deps'], source: string, from: number, to: number) {
  const records: TimestampRecord[] = [];
  let before: string | undefined;
  do {
    const page = await timestamps.list({ source, from: from * 1000, to: to * 1000, before, limit: PAGE });
    records.push(...page.records);
    if (!page.more) return { records, complete: true };
    before = page.records.at(-1)?.id;
  } while (records.length < MOST_RECORDS && before !== undefined);
  return { records, complete: false };
}

/** The limit of a value, if the source has one: the plot shows it. */
async function limitOf({ roll }: EndpointContext['deps'], source: string, value: string) {
  const state = await (await roll?.())?.getSource(source);
  const limits = Object.entries(expectationOf(state?.expectation)?.limits ?? {});
  return limits.find(([name]) => name === value)?.[1];
}

function csvOf({ points, value }: Series): string {
  const columns = value === undefined ? (['at', 'count'] as const) : (['at', 'count', 'min', 'mean', 'max'] as const);
  const rows = points.map((point) => csvLine(columns.map((column) => String(point[column] ?? ''))));
  return csvLine(columns) + rows.join('');
}

function toMillis(micros: number | undefined): number | undefined {
  return micros === undefined ? undefined : Math.floor(clampInstant(micros) / 1000);
}
