import { preferredType } from '../http/negotiation.ts';
import type { HttpRequest } from '../http/request.ts';
import { type HttpResponse, respondEmpty } from '../http/response.ts';

/** The way to the page for signing in, and back, for a person who wants a page and has not said who they are. */
export function toSignIn(request: HttpRequest): HttpResponse | undefined {
  const { method, headers, path, query } = request;
  if (headers.has('authorization')) return undefined;
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (preferredType(request, ['application/problem+json', 'text/html']) !== 'text/html') return undefined;
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const next = search === '' ? path : `${path}?${search}`;
  return respondEmpty(303, { location: `/sign-in?next=${encodeURIComponent(next.toWellFormed())}` });
}
