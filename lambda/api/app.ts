import middy, { type MiddlewareObj } from '@middy/core';
import type { ALBResult, Context } from 'aws-lambda';
import { type ConsumedUnits, withinDeadline } from '../core/dynamo/deadline.ts';
import { StoreUnavailableError } from '../core/dynamo/errors.ts';
import { countedFields, type MetricName } from '../core/observe/log.ts';
import type { Deps } from './deps.ts';
import { keptAddress, truncateAddress } from './http/caller-address.ts';
import { corsHeaders } from './http/cors.ts';
import { HttpError } from './http/errors.ts';
import { problemResponse } from './http/problem.ts';
import { type HttpRequest, toRequest } from './http/request.ts';
import { type Counted, type HttpResponse, respondEmpty, toResult } from './http/response.ts';
import { createRouter, type Match } from './http/router.ts';
import { routes } from './routes.ts';

/** A request on its way to its answer, and what is logged of it in the end. */
interface Exchange {
  readonly request: HttpRequest;
  /** What is at its address. */
  readonly match: Match | undefined;
  /** On the monotonic clock, in milliseconds. */
  readonly started: number;
  readonly units: ConsumedUnits;
  counted: Counted | undefined;
  failure: PassingFailure | undefined;
}

type Chain = MiddlewareObj<Exchange, ALBResult>;
/** Makes of an answer what the ingress expects. */
type Finish = (response: HttpResponse, exchange: Exchange) => ALBResult;

/**
 * How long before the function's time-out a request ends, in milliseconds: its calls to the store are given up first, and
 * whatever else it may be at a moment later. The client has its answer half a second before Lambda would cut it off.
 */
const STORE_RESERVE_MS = 700;
const ANSWER_RESERVE_MS = 600;

/** The fields of a line that tell whose metric it is. */
const BY_STAGE = ['stage'];
const BY_VERSION = ['stage', 'version'];
const FAILED: MetricName = 'Failed';

const findRoute = createRouter(routes);

/** The function: one request after another, each ending in an answer that the ingress takes. */
export function createApp(deps: Deps): (event: unknown, context: Context) => Promise<ALBResult> {
  const finish: Finish = (response, { request, match }) => {
    const cors = corsHeaders(request, deps.corsOrigins, match?.allow);
    return toResult({ ...response, headers: { ...response.headers, ...cors } }, request);
  };
  const chain = middy<Exchange, ALBResult>({
    timeoutEarlyInMillis: ANSWER_RESERVE_MS,
    timeoutEarlyResponse: () => {
      throw new DeadlineError('The request took longer than the function may');
    },
  })
    .use(requestLog(deps))
    .use(errorBoundary(finish, deps))
    .handler(async (exchange: Exchange, context: Context) => {
      const ms = context.getRemainingTimeInMillis() - STORE_RESERVE_MS;
      const response = await withinDeadline(ms, () => answer(exchange, deps), exchange.units);
      exchange.counted = response.counted;
      return finish(response, exchange);
    });
  return (event, context) => {
    const started = performance.now();
    const sent = toRequest(event, context, deps.isOriginSecret);
    const clientIp = keptAddress(sent.clientIp, deps.clientIp);
    const request = { ...sent, clientIp, traceId: deps.traceId() };
    return chain(
      {
        request,
        match: findRoute(request.path),
        started,
        units: { read: 0, write: 0 },
        counted: undefined,
        failure: undefined,
      },
      context,
    );
  };
}

async function answer({ request, match }: Exchange, deps: Deps): Promise<HttpResponse> {
  if (deps.isOriginSecret && !request.fromCdn) throw new HttpError(403, 'This is answered by way of its CDN only.');
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
const errorBoundary = (finish: Finish, { log }: Deps): Chain => ({
  onError: (chain) => {
    const { request } = chain.event;
    const failure = passingFailure(chain.error);
    const error = failure === undefined ? chain.error : unavailable(failure);
    if (!(error instanceof HttpError) || error.status >= 500) {
      const { requestId, traceId } = request;
      log({ level: 'ERROR', message: 'request failed', requestId, traceId, failure, error: describe(chain.error) });
    }
    chain.event.failure = failure;
    chain.response = finish(problemResponse(error, request), chain.event);
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
} as const satisfies Partial<Record<MetricName, string>>;
type PassingFailure = keyof typeof PASSING_FAILURES;

function passingFailure(error: unknown): PassingFailure | undefined {
  if (error instanceof DeadlineError) return 'DeadlineExceeded';
  if (!(error instanceof StoreUnavailableError)) return undefined;
  return error.throttled ? 'StoreThrottled' : 'StoreFailed';
}

function unavailable(failure: PassingFailure): HttpError {
  return new HttpError(503, PASSING_FAILURES[failure], { headers: { 'retry-after': '1' } });
}

/**
 * One line a request, by which it is counted, too; of its path only the route, which names nobody, of its client only the
 * network, and of what it said only the source. Units are those that the store charged for, if any. What fails is counted
 * for its version by itself, too, so that a bad one can be taken back.
 */
function requestLog({ log, now, stage }: Deps): Chain {
  // Since the process began: the start of Node, and of the bundle.
  const initMs = Math.round(performance.now());
  let coldStart = true;
  const logRequest: Chain['after'] = ({ event, response, context }) => {
    const { request, match, started, units, counted, failure } = event;
    const { method, requestId, traceId, clientIp } = request;
    const status = response?.statusCode ?? 500;
    const isFailed = status >= 500;
    const names = [counted?.metric, failure, isFailed ? FAILED : undefined].filter((name) => name !== undefined);
    log({
      message: 'request',
      requestId,
      traceId,
      method,
      route: match?.path ?? 'none',
      status,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      readUnits: units.read || undefined,
      writeUnits: units.write || undefined,
      client: truncateAddress(clientIp),
      ...(coldStart && { coldStart, initMs }),
      version: context.functionVersion,
      ...counted?.properties,
      ...(names.length > 0 && {
        stage,
        ...countedFields(names, isFailed ? [BY_STAGE, BY_VERSION] : [BY_STAGE], now()),
      }),
    });
    coldStart = false;
  };
  return { after: logRequest, onError: logRequest };
}

/** An error and its causes, as plain values for a structured log. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    // Of the SDK: the status, and the id by which AWS finds the request.
    ...('$metadata' in error && { metadata: error.$metadata }),
    ...(cause !== undefined && { cause: describe(cause) }),
  };
}
