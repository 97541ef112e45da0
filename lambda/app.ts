import middy, { type MiddlewareObj } from '@middy/core';
import type { ALBResult, Context } from 'aws-lambda';
import type { Deps } from './deps.ts';
import { keptAddress, truncateAddress } from './domain/client-address.ts';
import { corsHeaders } from './http/cors.ts';
import { HttpError } from './http/errors.ts';
import { problemResponse } from './http/problem.ts';
import { type HttpRequest, toRequest } from './http/request.ts';
import { type HttpResponse, respondEmpty, toResult } from './http/response.ts';
import { createRouter } from './http/router.ts';
import { routes } from './routes.ts';
import { type ConsumedUnits, withinDeadline } from './store/deadline.ts';
import { StoreUnavailableError } from './store/errors.ts';

type Chain = MiddlewareObj<HttpRequest, ALBResult>;
/** Makes of an answer what the ingress expects. */
type Finish = (response: HttpResponse, request: HttpRequest) => ALBResult;

/**
 * How long before the function's time-out a request ends, in milliseconds: its calls to the store are given up first, and
 * whatever else it may be at a moment later. The client has its answer half a second before Lambda would cut it off.
 */
const STORE_RESERVE_MS = 700;
const ANSWER_RESERVE_MS = 600;

const findRoute = createRouter(routes);

/** The function: one request after another, each ending in an answer that the ingress takes. */
export function createApp(deps: Deps): (event: unknown, context: Context) => Promise<ALBResult> {
  const finish: Finish = (response, request) => {
    const cors = corsHeaders(request, deps.corsOrigins, findRoute(request.path)?.allow);
    return toResult({ ...response, headers: { ...response.headers, ...cors } }, request);
  };
  const log = requestLog();
  const chain = middy<HttpRequest, ALBResult>({
    timeoutEarlyInMillis: ANSWER_RESERVE_MS,
    timeoutEarlyResponse: () => {
      throw new DeadlineError('The request took longer than the function may');
    },
  })
    .use(log)
    .use(errorBoundary(finish, deps))
    .handler(async (request: HttpRequest, context: Context) => {
      const ms = context.getRemainingTimeInMillis() - STORE_RESERVE_MS;
      const response = await withinDeadline(ms, () => answer(request, deps), log.unitsOf(request));
      const { counted } = response;
      if (counted) deps.emitMetric(counted.metric, 1, { FunctionName: context.functionName }, counted.properties);
      return finish(response, request);
    });
  const isOriginSecret = deps.isOriginSecret ?? (() => false);
  return (event, context) => {
    const request = toRequest(event, context, isOriginSecret);
    const clientIp = keptAddress(request.clientIp, deps.clientIp);
    return chain({ ...request, clientIp, traceId: deps.traceId() }, context);
  };
}

async function answer(request: HttpRequest, deps: Deps): Promise<HttpResponse> {
  if (deps.isOriginSecret && !request.fromCdn) throw new HttpError(403, 'This is answered by way of its CDN only.');
  const match = findRoute(request.path);
  if (match === undefined) throw new HttpError(404, 'There is nothing at this address. GET / says what there is.');
  const { allow, endpointOf, params } = match;
  if (request.method === 'OPTIONS') return respondEmpty(204, { allow });
  const endpoint = endpointOf(request.method);
  if (endpoint === undefined) {
    throw new HttpError(405, `This address takes ${allow}.`, { headers: { allow } });
  }
  return endpoint(request, deps, params);
}

/** The one place where errors become answers. What a client is not told is logged. */
const errorBoundary = (finish: Finish, { emitMetric }: Deps): Chain => ({
  onError: (chain) => {
    const { event: request, context } = chain;
    const failure = passingFailure(chain.error);
    const error = failure === undefined ? chain.error : unavailable(failure, chain.error);
    if (failure !== undefined) emitMetric(failure, 1, { FunctionName: context.functionName });
    if (!(error instanceof HttpError) || error.status >= 500) {
      const { requestId, traceId } = request;
      console.error({ message: 'request failed', requestId, traceId, failure, error: describe(error) });
    }
    chain.response = finish(problemResponse(error, request), request);
  },
});

/** A request was not done when it had to be answered. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** Failures that may pass, by the names of their metrics, and what clients are told of them. */
const PASSING_FAILURES = {
  StoreThrottled: 'The store is asked for more than it takes at the moment; try again.',
  StoreFailed: 'The store does not answer at the moment; try again.',
  DeadlineExceeded: 'The answer took too long; try again.',
};

function passingFailure(error: unknown): keyof typeof PASSING_FAILURES | undefined {
  if (error instanceof DeadlineError) return 'DeadlineExceeded';
  if (!(error instanceof StoreUnavailableError)) return undefined;
  return error.throttled ? 'StoreThrottled' : 'StoreFailed';
}

function unavailable(failure: keyof typeof PASSING_FAILURES, cause: unknown): HttpError {
  return new HttpError(503, PASSING_FAILURES[failure], { headers: { 'retry-after': '1' }, cause });
}

/** What is known of a request before it is answered. */
interface Account {
  readonly started: number;
  readonly units: ConsumedUnits;
}

/** One line a request; of its path only the route, which names nobody, and of its client only the network. */
function requestLog(): Chain & { readonly unitsOf: (request: HttpRequest) => ConsumedUnits } {
  const accounts = new WeakMap<HttpRequest, Account>();
  const accountOf = (request: HttpRequest): Account => {
    const account = accounts.get(request) ?? { started: performance.now(), units: { read: 0, write: 0 } };
    accounts.set(request, account);
    return account;
  };
  let coldStart = true;
  const log: Chain['after'] = ({ event: request, response }) => {
    const { method, path, requestId, traceId, clientIp } = request;
    const { started, units } = accountOf(request);
    console.info({
      message: 'request',
      requestId,
      traceId,
      method,
      route: findRoute(path)?.path ?? 'none',
      status: response?.statusCode,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      readUnits: units.read,
      writeUnits: units.write,
      client: truncateAddress(clientIp),
      coldStart,
    });
    coldStart = false;
  };
  return {
    before: ({ event: request }) => {
      accountOf(request);
    },
    after: log,
    onError: log,
    unitsOf: (request) => accountOf(request).units,
  };
}

/** An error and its causes, as plain values for a structured log. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause !== undefined && { cause: describe(cause) }) };
}
