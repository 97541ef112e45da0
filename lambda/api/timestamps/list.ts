import * as v from 'valibot';
import type { PageQuery } from '../../core/timestamps/record.ts';
import { clampInstant, lowestIdAt, parseRfc3339, timestampOf } from '../../core/timestamps/timestamp-id.ts';
import { defineEndpoint } from '../http/endpoint.ts';
import { invalidField, queryFields, readQuery } from '../http/input.ts';
import { negotiate, preferredType } from '../http/negotiation.ts';
import type { Operation } from '../http/operation.ts';
import { originOf } from '../http/own-address.ts';
import { respondEmpty } from '../http/response.ts';
import { Id, Source } from './fields.ts';
import { requestOfForm } from './filter-form.ts';
import { FORMAT_NAMES, FORMAT_TYPES, formatOf, type ListFilter } from './formats.ts';
import { type ListAddress, listAddress } from './list-address.ts';

const DEFAULT_LIMIT = 100;
const LIMIT_ALLOWED = 'a whole number from 1 to 1000';
const TIME_ALLOWED = 'a time of RFC 3339, such as 2026-11-20T22:15:06Z or 2026-11-20T23:15:06%2B01:00';
const FORMAT_ALLOWED = `one of ${FORMAT_NAMES.join(', ')}`;

/** Microseconds since the Unix epoch; negative before it. */
const Time = v.pipe(
  v.string(TIME_ALLOWED),
  v.metadata({ format: 'date-time' }),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const micros = parseRfc3339(dataset.value);
    if (micros !== undefined) return micros;
    addIssue({ message: TIME_ALLOWED });
    return NEVER;
  }),
);

const ListFields = v.object({
  limit: v.pipe(
    v.optional(v.string(LIMIT_ALLOWED), String(DEFAULT_LIMIT)),
    v.regex(/^[1-9]\d{0,3}$/, LIMIT_ALLOWED),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(1),
    v.maxValue(1000, LIMIT_ALLOWED),
  ),
  before: v.optional(Id),
  after: v.optional(Id),
  from: v.optional(Time),
  to: v.optional(Time),
  source: v.optional(Source),
  format: v.optional(v.picklist(FORMAT_NAMES, FORMAT_ALLOWED)),
});

const operation: Operation = {
  tag: 'timestamps',
  summary: 'The records, newest first, a page at a time',
  description:
    'A page ends at `limit` records, or earlier where one answer cannot carry more. `next`, and the Link header, go on from there. `before` and `after` exclude each other; `from` must be earlier than `to`.',
  query: ListFields,
  responses: {
    200: {
      description: 'A page.',
      optionalHeaders: { link: { type: 'string', description: 'The next page (RFC 8288): `<address>; rel="next"`.' } },
      content: {
        'application/json': 'TimestampPage',
        'text/html': 'Text',
        'text/csv': 'Text',
        'application/x-ndjson': 'Text',
        'text/plain': 'Text',
      },
      links: {
        next: {
          operationId: 'listTimestamps',
          description:
            'The next page, unless `next` is null; where `after` was sent, it goes there instead of `before`.',
          parameters: { before: '$response.body#/next' },
        },
      },
    },
    303: {
      description:
        "A browser's form left fields empty, or has times without a zone, which mean UTC: it goes on to the address that says so.",
      headers: { location: { type: 'string', format: 'uri-reference' } },
    },
  },
  problems: [400, 406, 500, 503],
};

/**
 * The most that the rows of one answer may take as JSON text. A load balancer takes 1 MB of JSON from a function, in
 * which the body is one escaped string; the rest is for the frame around the rows and for the headers.
 */
const MAX_ROWS_BYTES = 900_000;

/**
 * `GET /app`: the records, newest first, a page at a time. A page ends at `limit` records, or earlier where one answer
 * cannot carry more; `next` goes on from there either way, in the direction in which the caller pages.
 */
export const listTimestamps = defineEndpoint({
  operationId: 'listTimestamps',
  access: 'read',
  operation,
  handle: async ({ request, deps: { timestamps, now, gate } }) => {
    const inBrowser = preferredType(request, FORMAT_TYPES) === 'text/html';
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
    const format = await formatOf(name, () => negotiate(request, FORMAT_TYPES));

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
    if (next === undefined) return response;
    const target = `/app${linkTo(newestFirst ? { before: next } : { after: next })}`;
    return { ...response, headers: { ...response.headers, link: `<${target}>; rel="next"` } };
  },
});

function clamped(micros: number | undefined): number | undefined {
  return micros === undefined ? undefined : clampInstant(micros);
}

/** The filter in the terms of the API: times come in any zone, and the usual limit need not be said. */
function filterOf({ source, from, to, limit }: PageQuery): ListFilter {
  const inUtc = (micros: number | undefined) => (micros === undefined ? undefined : timestampOf(lowestIdAt(micros)));
  return { source, from: inUtc(from), to: inUtc(to), limit: limit === DEFAULT_LIMIT ? undefined : String(limit) };
}

/** JSON text has at most so many bytes for each unit of a string: `\u0000`. */
const MAX_BYTES_OF_UNIT = 6;

/** How many of the rows, from the first on, one answer can carry. */
function fitting(rows: readonly string[]): number {
  const units = rows.reduce((sum, row) => sum + row.length, 0);
  if (units * MAX_BYTES_OF_UNIT <= MAX_ROWS_BYTES) return rows.length;
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > MAX_ROWS_BYTES) return index;
  }
  return rows.length;
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
