import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { ANONYMOUS, nameOf, type Principal } from '../core/access/principal.ts';
import {
  createInvocationRunner,
  type Invocation,
  type Outcome,
  type TransientFailure,
} from '../core/observe/run-invocation.ts';
import { authenticate, requireScope } from './access/admit.ts';
import type { Deps } from './deps.ts';
import { keptAddress, truncateAddress } from './http/caller-address.ts';
import { corsHeaders } from './http/cors.ts';
import { refuseCrossSite } from './http/cross-site.ts';
import { HttpError } from './http/errors.ts';
import { refuseUnknownHost } from './http/known-host.ts';
import { problemResponse } from './http/problem.ts';
import { type HttpRequest, toRequest } from './http/request.ts';
import { type HttpResponse, type Result, respondEmpty, toResult } from './http/response.ts';
import { createRouter, type Match } from './http/router.ts';
import { routes } from './routes.ts';
import { type Visit, visits } from './site/visit.ts';

/** A request, what is at its address, and whom it comes from, as far as that is known yet. */
interface Exchange {
  readonly request: HttpRequest;
  readonly match: Match | undefined;
  principal: Principal;
  /** For the pages. */
  readonly visit: Visit;
}

/** What clients are told of failures that may pass. */
const UNAVAILABLE: Readonly<Record<TransientFailure, string>> = {
  StoreThrottled: 'The store is asked for more than it takes at the moment; try again.',
  StoreFailed: 'The store does not answer at the moment; try again.',
  DeadlineExceeded: 'The answer took too long; try again.',
};

/** The methods that work somewhere. */
const ALL_METHODS = [...new Set(['HEAD', ...routes.map(({ method }) => method)]), 'OPTIONS'].join(', ');

const findRoute = createRouter(routes);

/** The function: one request after another, each ending in an answer that the ingress takes. */
export function createApp(deps: Deps): (event: unknown, context: Context) => Promise<Result> {
  const run = createInvocationRunner(deps);
  const chain = createChain(deps);
  return (event, context) => {
    const started = performance.now();
    const sent = toRequest(event, context, deps.isOriginSecret);
    const clientIp = keptAddress(sent.clientIp, deps.clientIp);
    const request = { ...sent, clientIp, traceId: deps.traceId() };
    const { requestId, traceId } = request;
    const visit: Visit = {};
    const exchange: Exchange = { request, match: findRoute(request.path), principal: ANONYMOUS, visit };
    const finish = (response: HttpResponse) => outcomeOf(response, exchange, deps);
    const invocation: Invocation<Result> = {
      message: 'request',
      started,
      requestId,
      traceId,
      work: async () => finish(await chain(exchange, context)),
      recover: async (error, failure) =>
        finish(await problemResponse(failure === undefined ? error : unavailable(failure), request)),
    };
    return deps.gate === undefined ? run(invocation, context) : visits.run(visit, () => run(invocation, context));
  };
}

/** What a request passes on its way to its endpoint, and the endpoint. The runner has a deadline for all of it. */
function createChain(deps: Deps) {
  return middy<Exchange, HttpResponse>({ timeoutEarlyInMillis: 0 })
    .before(({ event: { request, match } }) => {
      if (deps.isOriginSecret && !request.fromCdn) throw new HttpError(403, 'This is answered by way of its CDN only.');
      refuseUnknownHost(request, deps.allowedHosts);
      const { takesOtherSites, getChanges } = match?.endpointOf(request.method) ?? {};
      if (!takesOtherSites) refuseCrossSite(request, deps.corsOrigins, getChanges);
    })
    .before(async ({ event: exchange }) => {
      const { request, match, visit } = exchange;
      const { access = 'open', keyIn } = match?.endpointOf(request.method) ?? {};
      if (deps.gate === undefined || access === 'open') return undefined;
      try {
        const { principal, bySession } = await authenticate(request, deps.gate, match && keyIn?.(match.params));
        // Known, and in the log, before it is refused anything.
        exchange.principal = principal;
        Object.assign(visit, { name: principal.name, bySession });
        requireScope(principal, access);
        return undefined;
      } catch (error) {
        if (!(error instanceof HttpError) || error.status !== 401) throw error;
        const { toSignIn } = await import('./access/on-demand.ts');
        const response = toSignIn(request);
        if (response === undefined) throw error;
        return response;
      }
    })
    .handler((exchange: Exchange) => answer(exchange, deps));
}

async function answer({ request, match, principal }: Exchange, deps: Deps): Promise<HttpResponse> {
  // The server as a whole (RFC 9110, section 9.3.7), if what stands in front hands that over.
  if (request.method === 'OPTIONS' && request.path === '*') return respondEmpty(204, { allow: ALL_METHODS });
  if (match === undefined) throw new HttpError(404, 'There is nothing at this address. GET / says what there is.');
  const { allow, endpointOf, params } = match;
  if (request.method === 'OPTIONS') return respondEmpty(204, { allow });
  const endpoint = endpointOf(request.method);
  if (endpoint === undefined) {
    throw new HttpError(405, `This address takes ${allow}.`, { headers: { allow } });
  }
  return endpoint.handle({ request, deps, params, principal });
}

/**
 * An answer as the ingress expects it. In the log stand of its path only the route, which names nobody, of its client only
 * the network and the name of its key, and of what it said only the source.
 */
function outcomeOf(response: HttpResponse, { request, match, principal }: Exchange, deps: Deps): Outcome<Result> {
  const cors = corsHeaders(request, deps.corsOrigins, match?.allow);
  const { status, counted } = response;
  const { method, clientIp } = request;
  return {
    result: toResult({ ...response, headers: { ...response.headers, ...cors } }, request),
    failed: status >= 500,
    fields: {
      method,
      route: match?.path ?? 'none',
      status,
      client: truncateAddress(clientIp),
      principal: nameOf(principal),
    },
    counted,
  };
}

function unavailable(failure: TransientFailure): HttpError {
  return new HttpError(503, UNAVAILABLE[failure], { headers: { 'retry-after': '1' } });
}
