/** What the endpoints of the roll as a whole do. It is loaded when one of them is asked for. */
import { STANDINGS } from '../../core/roll/state.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { readQuery, refuseQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import { originOf } from '../http/own-address.ts';
import type { HttpRequest } from '../http/request.ts';
import { type HttpResponse, respond } from '../http/response.ts';
import { addressWith, withNext } from '../lists/address.ts';
import { fittingRows, respondTable, TABLE_TYPES, tableFormatOf } from '../lists/table.ts';
import { RollFields, rollOf } from './fields.ts';
import { knownOutages, recentOutages } from './pages/known-outages.ts';
import { rollPage } from './pages/roll-page.ts';
import { SOURCE_COLUMNS, stateOf, summaryOf, TEXT_COLUMNS, watchView } from './view.ts';

const NO_OUTAGES = { outages: [], knownFrom: undefined };

export async function list({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const roll = await rollOf(deps);
  const inBrowser = preferredType(request, TABLE_TYPES) === 'text/html';
  const asked = inBrowser ? withoutEmpty(request) : request;
  const { format: form, after, ...query } = readQuery(asked, RollFields, inBrowser ? 'ignored' : 'refused');
  const format = form ?? tableFormatOf(negotiate(request, TABLE_TYPES));
  const recent = format === 'html' ? recentOutages(roll) : undefined;
  // It is awaited later: should it fail meanwhile, that is not unhandled.
  recent?.catch(() => {});
  const watch = await roll.getWatch();
  const heard = await roll.getHeard(watch);
  const page = await roll.listSources({
    ...query,
    after: after === undefined ? undefined : cursorOf(after),
    late: watch?.late ?? [],
  });
  const now = deps.now();
  const rows = page.sources.map((source) => summaryOf(stateOf(source), heard.get(source.source), now, source.standing));
  const count = fittingRows(rows);
  const last = page.sources[count - 1];
  const next = count < rows.length ? last : page.next;
  const cursor = next && `${next.standing}:${next.source}`;
  const shown = rows.slice(0, count);
  const forward = cursor && addressWith('/sources', { ...query, format: form, after: cursor });
  const response =
    format === 'html'
      ? rollPage({
          rows: shown,
          ...knownOutages(page.sources, (await recent) ?? NO_OUTAGES, now),
          watch,
          now,
          origin: originOf(request),
          query,
          next: forward,
        })
      : respondTable(format, {
          rows: shown,
          columns: SOURCE_COLUMNS,
          textColumns: TEXT_COLUMNS,
          next: cursor,
          also: { watch: watchView(watch) },
        });
  return withNext(response, forward);
}

export async function watch({ request, deps }: EndpointContext): Promise<HttpResponse> {
  refuseQuery(request);
  return respond(200, 'application/json', `${jsonText(watchView(await (await rollOf(deps)).getWatch()))}\n`);
}

/** A browser's form sends the fields that were left empty, too. */
function withoutEmpty(request: HttpRequest): HttpRequest {
  return { ...request, query: request.query.filter(([, value]) => value !== '') };
}

function cursorOf(text: string) {
  const [name = '', source = ''] = text.split(':');
  const standing = STANDINGS.find((one) => one === name);
  return standing && { standing, source };
}
