import { STATUS_CODES } from 'node:http';
import { errorPage } from '../site/error-page.ts';
import { HttpError } from './errors.ts';
import { preferredType } from './negotiation.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, respond } from './response.ts';

/** The types that an error can take: JSON for programs, a page for browsers, one line for people at a terminal. */
const PROBLEM_TYPES = ['application/problem+json', 'application/json', 'text/html', 'text/plain'] as const;

/**
 * What a client is told about an error (RFC 9457). Only an HttpError speaks to clients: of any other they learn that
 * something failed, and the id to ask about.
 */
export function problemResponse(error: unknown, request: HttpRequest): HttpResponse {
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
    instance: instanceOf(request),
    ...(errors && { errors }),
  };
  switch (preferredType(request, PROBLEM_TYPES)) {
    case 'text/html':
      return errorPage(problem, known.headers, request.path);
    case 'text/plain':
      return respond(
        status,
        'text/plain',
        `${status} ${title}: ${detail} (request ${problem.instance})\n`,
        known.headers,
      );
    default:
      return respond(status, 'application/problem+json', `${JSON.stringify(problem)}\n`, known.headers);
  }
}

/** What to ask about: the id of the request as it stands in the logs, and that of its trace, as a relative URI. */
function instanceOf({ requestId, traceId }: HttpRequest): string {
  return traceId === undefined ? requestId : `${requestId}?trace=${traceId}`;
}
