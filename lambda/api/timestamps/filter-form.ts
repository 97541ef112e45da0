/** What the filter of the page of timestamps sends, in the terms of the API. */
import type { HttpRequest } from '../http/request.ts';

/** A date, or a time without a zone, as a form's fields have it: it means UTC. */
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?$/;

/**
 * The request that a browser's form means: a form sends the fields that were left empty, too, and times without a zone.
 *
 * @returns undefined when the query says already what it means, or no form sent it
 */
export function requestOfForm(request: HttpRequest): HttpRequest | undefined {
  const meant = request.query
    .filter(([, value]) => value !== '')
    .map(([field, value]) => [field, field === 'from' || field === 'to' ? inUtc(value) : value] as const);
  const same = meant.length === request.query.length && meant.every(([, value], i) => value === request.query[i]?.[1]);
  return same ? undefined : { ...request, query: meant };
}

function inUtc(value: string): string {
  const [, date, time = '00:00', seconds = ':00'] = WITHOUT_ZONE.exec(value.replaceAll(/%3a/gi, ':')) ?? [];
  return date === undefined ? value : `${date}T${time}${seconds}Z`;
}
