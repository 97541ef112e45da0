/** What the endpoints of outages do. It is loaded when one of them is asked for. */
import * as v from 'valibot';
import { nameOf } from '../../core/access/principal.ts';
import type { Outage } from '../../core/roll/state.ts';
import { jsonText } from '../../core/text/visible-text.ts';
import { requireSource } from '../access/admit.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, readFields, readQuery, refuseQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { addressWith, withNext } from '../lists/address.ts';
import { fittingRows, respondTable, rowText, TABLE_TYPES, tableFormatOf } from '../lists/table.ts';
import { busy, rollOf } from '../sources/fields.ts';
import { downOf } from '../sources/pages/words.ts';
import { instant } from '../sources/view.ts';
import { Id } from '../timestamps/fields.ts';
import { NoteFields, OutagesFields } from './fields.ts';
import { outagePage } from './outage-page.ts';
import { outagesPage } from './outages-page.ts';
import { OUTAGE_COLUMNS, type OutageView, outageView, outageWithNotes } from './view.ts';

const TYPES = ['application/json', 'text/html', 'text/plain'] as const;
/** The most open outages that the first page shows apart. */
const MOST_OPEN = 100;
const TEXT_COLUMNS: readonly (keyof OutageView)[] = ['startedAt', 'endedAt', 'source', 'reason', 'detail'];

export async function list({ request, deps }: EndpointContext): Promise<HttpResponse> {
  const roll = await rollOf(deps);
  const inBrowser = preferredType(request, TABLE_TYPES) === 'text/html';
  const { format: name, ...query } = readQuery(request, OutagesFields, inBrowser ? 'ignored' : 'refused');
  if (query.before !== undefined && query.after !== undefined) {
    throw invalidField('after', query.after, 'only without before');
  }
  const format = name ?? tableFormatOf(negotiate(request, TABLE_TYPES));
  // People look for what is open; programs ask for it.
  const isFirst =
    format === 'html' && query.open === undefined && query.before === undefined && query.after === undefined;
  const [page, watch, open] = await Promise.all([
    roll.listOutages(query),
    format === 'html' ? roll.getWatch() : undefined,
    isFirst ? roll.listOutages({ source: query.source, open: true, limit: MOST_OPEN }) : undefined,
  ]);
  const openIds = new Set(open?.outages.map(({ id }) => id));
  const newestFirst = query.after === undefined;
  const inOrder = <T>(items: readonly T[]) => (newestFirst ? items : items.toReversed());
  const rows = inOrder(page.outages).map(outageView);
  const count = fittingRows(rows);
  const end = newestFirst ? page.last : page.first;
  const next = count < rows.length ? rows[count - 1]?.id : page.more ? end : undefined;
  const shown = inOrder(rows.slice(0, count));
  const { before: _, after: __, ...rest } = query;
  const address = (cursor: Readonly<Record<string, string>>) =>
    addressWith('/outages', { ...rest, format: name, ...cursor });
  const forward = next && address(newestFirst ? { before: next } : { after: next });
  const response =
    format === 'html'
      ? outagesPage({
          rows: shown.filter(({ id }) => !openIds.has(id)),
          open: open?.outages.map(outageView) ?? [],
          down: downOf(watch, deps.now()),
          now: deps.now(),
          query,
          older: newestFirst ? forward : undefined,
        })
      : respondTable(format, {
          rows: shown,
          columns: OUTAGE_COLUMNS,
          textColumns: TEXT_COLUMNS,
          next,
        });
  return withNext(response, forward);
}

export async function get(context: EndpointContext): Promise<HttpResponse> {
  if (negotiate(context.request, TYPES) !== 'text/html') refuseQuery(context.request);
  return answer(context, await read(context));
}

export async function note(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps, principal } = context;
  const type = negotiate(request, TYPES);
  const { text } = readFields(request, NoteFields);
  const { id, source } = await read(context);
  requireSource(principal, source);
  await (await rollOf(deps)).addNote(id, { at: deps.now(), by: nameOf(principal), text }, request.requestId);
  if (type === 'text/html') return respondEmpty(303, { location: `/outages/${id}` });
  return { ...(await answer(context, await read(context))), status: 201 };
}

export async function acknowledge(context: EndpointContext): Promise<HttpResponse> {
  const { request, deps, principal } = context;
  const type = negotiate(request, TYPES);
  refuseQuery(request);
  const { id, source } = await read(context);
  requireSource(principal, source);
  switch (await (await rollOf(deps)).acknowledge(id, { at: deps.now(), by: nameOf(principal) })) {
    case 'acknowledged':
      if (type === 'text/html') return respondEmpty(303, { location: `/outages/${id}` });
      return answer(context, await read(context));
    case 'ended':
      throw new HttpError(409, 'This outage is over: there is nothing to acknowledge.');
    case 'unknown':
      throw unknown();
    case 'busy':
      throw busy(source);
  }
}

/** @throws HttpError 404 */
async function read({ deps, params: { id } }: EndpointContext): Promise<Outage> {
  const parsed = v.safeParse(Id, id);
  const outage = parsed.success ? await (await rollOf(deps)).getOutage(parsed.output) : undefined;
  if (outage === undefined) throw unknown();
  return outage;
}

function unknown(): HttpError {
  return new HttpError(404, 'No outage has this id; it is kept for 400 days.');
}

async function answer({ request, deps }: EndpointContext, outage: Outage): Promise<HttpResponse> {
  const type = negotiate(request, TYPES);
  const view = outageWithNotes(outage);
  switch (type) {
    case 'application/json':
      return respond(200, type, `${jsonText(view)}\n`);
    case 'text/html':
      return outagePage(view, {
        toldAt: instant(outage.toldAt),
        down: downOf(await (await rollOf(deps)).getWatch(), deps.now()),
        now: deps.now(),
      });
    case 'text/plain':
      return respond(200, type, rowText(view, TEXT_COLUMNS));
  }
}
