/** What the filter of the page of timestamps sends, in the terms of the API. */
import { type HttpRequest, joinQuery } from '../http/request.ts';

/** A date, or a time without a zone, as a form's fields have it: it means UTC. */
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?$/;

/** What may stand in a query (RFC 3986, section 3.4), as forms encode it; nothing else goes into a header of ours. */
const QUERY = /^(?:[\w.~!$'()*+,;:@/?&=-]|%[\da-f]{2})*$/i;

/**
 * The query that a browser's form means: a form sends the fields that were left empty, too, and times without a zone.
 *
 * @returns undefined when the query says already what it means, or no form sent it
 */
export function queryOfForm(query: HttpRequest['query']): string | undefined {
  const meant = query
    .filter(([, value]) => value !== '')
    .map(([field, value]) => [field, field === 'from' || field === 'to' ? inUtc(value) : value] as const);
  const text = joinQuery(meant);
  return text === joinQuery(query) || !QUERY.test(text) ? undefined : text;
}

function inUtc(value: string): string {
  const [, date, time = '00:00', seconds = ':00'] = WITHOUT_ZONE.exec(value.replaceAll(/%3a/gi, ':')) ?? [];
  return date === undefined ? value : `${date}T${time}${seconds}Z`;
}
