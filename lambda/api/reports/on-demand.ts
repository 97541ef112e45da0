/** What the endpoints of reports do. It is loaded when one of them is asked for. */
import { lastContactReport } from '../../core/reports/last-contact.ts';
import { percent } from '../../core/reports/messages.ts';
import { outagesSince } from '../../core/reports/outages-since.ts';
import { summaryOf } from '../../core/reports/summary.ts';
import { lastContactOf } from '../../core/roll/last-contact.ts';
import type { SourceState } from '../../core/roll/state.ts';
import type { RollStore } from '../../core/roll/store.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { readQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import type { HttpResponse } from '../http/response.ts';
import { fittingRows, respondTable, TABLE_TYPES, type TableFormat, tableFormatOf } from '../lists/table.ts';
import { html } from '../site/html.ts';
import { pageResponse } from '../site/layout.ts';
import { rollOf } from '../sources/fields.ts';
import { LastContactFields, SummaryFields } from './fields.ts';

const DAY = 86_400_000;
/** An outage that began long before may have ended in the time. */
const BEFORE_MS = 28 * DAY;
const PAGE = 500;
/** More sources, or outages, than one answer can be about. */
const MOST = 20_000;

export async function lastContact({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const roll = await rollOf(deps);
  const { days, format } = readQuery(request, LastContactFields, unknownOf(request));
  const watch = await roll.getWatch();
  const [states, heard] = await Promise.all([allSources(roll), roll.getHeard(watch)]);
  const known = states.map((state) => ({ ...state, lastContact: lastContactOf(state, heard.get(state.source)) }));
  const found = lastContactReport(known, days, deps.now());
  const rows = found.map(({ lastContact: at, ...rest }) => ({
    source: rest.source,
    standing: rest.standing,
    ...(at !== undefined && { lastContact: new Date(at).toISOString() }),
    ...(rest.days !== undefined && { days: rest.days }),
  }));
  return answer(format ?? tableFormatOf(negotiate(request, TABLE_TYPES)), {
    title: `Last heard more than ${days} days ago`,
    rows,
    columns: ['source', 'standing', 'lastContact', 'days'],
  });
}

export async function summary({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const roll = await rollOf(deps);
  const { days, format } = readQuery(request, SummaryFields, unknownOf(request));
  const to = deps.now();
  const from = to - days * DAY;
  const [states, outages] = await Promise.all([allSources(roll), outagesSince(roll, from - BEFORE_MS, MOST)]);
  if (outages.length > MOST) throw tooMany('outages');
  const report = summaryOf(states, outages, { from, to });
  const rows = report.sources.map(({ source, uptime, outages: count, downMs, longestMs }) => ({
    source,
    uptime,
    outages: count,
    downSeconds: Math.round(downMs / 1000),
    longestSeconds: Math.round(longestMs / 1000),
  }));
  return answer(format ?? tableFormatOf(negotiate(request, TABLE_TYPES)), {
    title: `${days} days: ${percent(report.uptime)} uptime, ${report.outages} outages`,
    rows,
    columns: ['source', 'uptime', 'outages', 'downSeconds', 'longestSeconds'],
  });
}

function unknownOf(request: EndpointContext['request']): 'ignored' | 'refused' {
  return preferredType(request, TABLE_TYPES) === 'text/html' ? 'ignored' : 'refused';
}

interface Report<Row extends object> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly (keyof Row & string)[];
}

function answer<Row extends object>(format: TableFormat, { title, rows, columns }: Report<Row>): HttpResponse {
  const shown = rows.slice(0, fittingRows(rows));
  if (format !== 'html') return respondTable(format, { rows: shown, columns, textColumns: columns, next: undefined });
  return pageResponse({
    title: 'Report',
    content: html`<h1>${title}</h1>
<table>
<caption class="hidden">${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${shown.map((row) => html`<tr>${columns.map((column) => html`<td>${String(row[column] ?? '')}</td>`)}</tr>\n`)}</tbody>
</table>`,
  });
}

/** @throws HttpError 503 when there are more than one answer can be about */
async function allSources(roll: RollStore): Promise<readonly SourceState[]> {
  const states: SourceState[] = [];
  let after: Parameters<RollStore['listSources']>[0]['after'];
  do {
    const page = await roll.listSources({ limit: PAGE, after });
    // Without the report of the watch, no source is late.
    for (const { standing, ...state } of page.sources)
      states.push({ ...state, standing: standing === 'late' ? 'up' : standing });
    after = page.next;
    if (states.length > MOST) throw tooMany('sources');
  } while (after !== undefined);
  return states;
}

function tooMany(what: string): HttpError {
  return new HttpError(503, `There are more than ${MOST.toLocaleString('en-US')} ${what}: too many for one answer.`);
}
