/** What the endpoints do that read records. It is loaded when one of them is asked for. */
import * as v from 'valibot';
import { jsonText } from '../../core/text/visible-text.ts';
import type { PageQuery } from '../../core/timestamps/record.ts';
import { clampInstant, lowestIdAt, timestampOf } from '../../core/timestamps/timestamp-id.ts';
import type { EndpointContext } from '../http/endpoint.ts';
import { HttpError } from '../http/errors.ts';
import { invalidField, queryFields, readQuery, refuseQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import { originOf } from '../http/own-address.ts';
import { type HttpResponse, respond, respondEmpty } from '../http/response.ts';
import { withNext } from '../lists/address.ts';
import { DEFAULT_LIMIT, Format, Limit, Time } from '../lists/page-fields.ts';
import { fitting, TABLE_TYPES, tableFormatOf } from '../lists/table.ts';
import { Id, Source } from './fields.ts';
import { requestOfForm } from './filter-form.ts';
import { formatOf, type ListFilter, textLine } from './formats.ts';
import { type ListAddress, listAddress } from './list-address.ts';

export const ListFields = v.object({
  limit: Limit,
  before: v.optional(Id),
  after: v.optional(Id),
  from: v.optional(Time),
  to: v.optional(Time),
  source: v.optional(Source),
  format: Format,
});

/** A page of records, as the request wants it. */
export async function listRecords({
  request,
  deps: { timestamps, now, gate },
}: EndpointContext): Promise<HttpResponse> {
  const inBrowser = preferredType(request, TABLE_TYPES) === 'text/html';
  const meant = inBrowser ? requestOfForm(request) : undefined;
  const { format: name, ...asked } = readQuery(meant ?? request, ListFields, inBrowser ? 'ignored' : 'refused');
  if (asked.before !== undefined && asked.after !== undefined) {
    throw invalidField('after', asked.after, 'only without before');
  }
  if (asked.from !== undefined && asked.to !== undefined && asked.from >= asked.to) {
    throw invalidField('to', queryFields(meant ?? request).to, 'a time later than from');
  }
  const query = { ...asked, from: clamped(asked.from), to: clamped(asked.to) };
  if (meant !== undefined) {
    const { from, to, ...rest } = addressOf(query, name);
    const { before, after } = query;
    return respondEmpty(303, { location: listAddress({ ...rest, from: brief(from), to: brief(to), before, after }) });
  }
  const format = await formatOf(name ?? tableFormatOf(negotiate(request, TABLE_TYPES)));

  const { records, more } = await timestamps.list(query);
  const newestFirst = query.after === undefined;
  const inOrder = <T>(items: readonly T[]) => (newestFirst ? items : items.toReversed());
  const travelled = inOrder(records);
  const view = { now: now(), named: gate !== undefined };
  const rows = travelled.map((record) => format.row(record, view));
  const count = fitting(rows);
  const last = travelled[count - 1]?.id;
  const next = more || count < rows.length ? last : undefined;

  const linkTo = (cursor: Pick<ListAddress, 'before' | 'after'>) =>
    listAddress({ ...addressOf(query, name), ...cursor }).slice('/app'.length);
  const shown = inOrder(travelled.slice(0, count));
  const older = newestFirst ? next : shown.at(-1)?.id;
  const newer = newestFirst ? query.before && shown[0]?.id : next;
  const response = format.answer(inOrder(rows.slice(0, count)), {
    next,
    older: older && linkTo({ before: older }),
    newer: newer && linkTo({ after: newer }),
    records: shown,
    filter: filterOf(query),
    first: query.before === undefined && query.after === undefined,
    origin: originOf(request),
    ...view,
  });
  return withNext(response, next && `/app${linkTo(newestFirst ? { before: next } : { after: next })}`);
}

/** One record. */
export async function getRecord({ request, deps, params: { id = '' } }: EndpointContext): Promise<HttpResponse> {
  const type = negotiate(request, ['application/json', 'text/html', 'text/plain']);
  if (type !== 'text/html') refuseQuery(request);
  const parsed = v.safeParse(Id, id);
  const record = parsed.success ? await deps.timestamps.get(parsed.output) : undefined;
  if (record === undefined) throw new HttpError(404, 'No timestamp has this id.');
  switch (type) {
    case 'application/json':
      return respond(200, type, `${jsonText(record)}\n`);
    case 'text/html':
      return (await import('./record-page.ts')).timestampPage(record, { origin: originOf(request), now: deps.now() });
    case 'text/plain':
      return respond(200, type, textLine(record));
  }
}

function clamped(micros: number | undefined): number | undefined {
  return micros === undefined ? undefined : clampInstant(micros);
}

/** The filter in the terms of the API: times come in any zone, and the usual limit need not be said. */
function filterOf({ source, from, to, limit }: PageQuery): ListFilter {
  const inUtc = (micros: number | undefined) => (micros === undefined ? undefined : timestampOf(lowestIdAt(micros)));
  return { source, from: inUtc(from), to: inUtc(to), limit: limit === DEFAULT_LIMIT ? undefined : String(limit) };
}

/** What the list was asked for, but for the cursor. */
function addressOf(query: PageQuery, format: ListAddress['format']): ListAddress {
  const { limit, from, to, source } = filterOf(query);
  return { limit, from, to, source, format };
}

/** A time without the zeros at its end, as people write it. */
function brief(timestamp: string | undefined): string | undefined {
  return timestamp?.replace(/\.?0+Z$/, 'Z');
}
