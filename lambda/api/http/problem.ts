import { STATUS_CODES } from 'node:http';
import { jsonText } from '../../core/text/visible-text.ts';
import { HttpError } from './errors.ts';
import { preferredType } from './negotiation.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, respond } from './response.ts';

/** The types that an error can take: JSON for programs, a page for browsers, one line for people at a terminal. */
const PROBLEM_TYPES = ['application/problem+json', 'application/json', 'text/html', 'text/plain'] as const;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What a client is told about an error (RFC 9457). Only an HttpError speaks to clients: of any other they learn that
 * something failed, and the id to ask about.
 */
export async function problemResponse(error: unknown, request: HttpRequest): Promise<HttpResponse> {
  const known =
    error instanceof HttpError
      ? error
      : new HttpError(500, 'Something failed on our side. It was logged with the id of this request.');
  const { status, message: detail, errors } = known;
  const title = STATUS_CODES[status] ?? 'Error';
  const problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    instance: instanceOf(request.requestId),
    ...(request.traceId !== undefined && { trace: request.traceId }),
    ...(errors && { errors }),
  };
  switch (preferredType(request, PROBLEM_TYPES)) {
    case 'text/html':
      return (await import('../site/error-page.ts')).errorPage(problem, known.headers, request);
    case 'text/plain':
      return respond(status, 'text/plain', `${status} ${title}: ${detail} (${idsOf(request)})\n`, known.headers);
    default:
      return respond(status, 'application/problem+json', `${jsonText(problem)}\n`, known.headers);
  }
}

/**
 * The request, as a URI: RFC 9457 (section 3.1.5) resolves a bare id against the address that was asked for, at which it
 * would be the id of a record. Lambda's ids of requests are UUIDs, which is documented nowhere; should one be none, it gets
 * a tag (RFC 4151) of a name that is nobody's.
 */
function instanceOf(requestId: string): string {
  if (UUID.test(requestId)) return `urn:uuid:${requestId}`;
  return `tag:rollcall.invalid,2026:request:${encodeURIComponent(requestId.toWellFormed())}`;
}

/** What people ask about: the ids as they stand in the logs. */
function idsOf({ requestId, traceId }: HttpRequest): string {
  return traceId === undefined ? `request ${requestId}` : `request ${requestId}, trace ${traceId}`;
}
