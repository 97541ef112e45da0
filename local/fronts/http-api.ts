import type { Server } from 'node:http';
import { unlessLate } from '../unless-late.ts';
import { createFront, type FrontRequest, type FrontResponse, type Hop } from './front.ts';
import { callFunction, type FunctionCaller } from './front-function.ts';
import { cut } from './headers.ts';
import {
  buildEvent,
  decodePath,
  findRoute,
  MAX_BODY_BYTES,
  MAX_PAYLOAD_BYTES,
  refusalStatus,
  requestIdOf,
} from './http-api-event.ts';
import { errorResponse, readResult } from './http-api-response.ts';

export interface HttpApiOptions extends FunctionCaller {
  /** The paths of its routes, each with the method `ANY`: `/app/{id}`. */
  readonly paths: readonly string[];
  /**
   * How long the API waits for the function (developer guide, quotas: at most 30 seconds).
   * @default 30_000
   */
  readonly timeoutMs?: number;
}

/**
 * A strict model of an HTTP API of Amazon API Gateway with payload format 2.0 and the stage `$default`, for one machine.
 *
 * It answers `{"message":"Not Found"}` where there is no route, 500 to a failure or a malformed result of the function
 * (developer guide, "Troubleshooting issues with HTTP API Lambda integrations"), and 503 when the function is late, as
 * real ones were seen to (github.com/cortexlabs/cortex, issue 1225). An event over the 6 MB of Lambda gets 413, which the
 * guide does not document. Unlike a real one it has no throttling, no authorizers, no CORS of its own and no TLS: it says
 * `http` where a real one always says `https`.
 *
 * @returns a server that does not listen yet.
 */
export function createHttpApi({ paths, timeoutMs = 30_000, ...caller }: HttpApiOptions): Server {
  const answer = async (request: FrontRequest, hop: Hop): Promise<FrontResponse> => {
    // Of the server as a whole it knows no more than of its first page.
    const path = request.target === '*' ? '/' : decodePath(cut(request.target, '?')[0]);
    if (path === undefined) return errorResponse(400);
    const route = findRoute(paths, request.method, path);
    if (route === undefined) return errorResponse(404);
    const payload = JSON.stringify(buildEvent(request, hop, path, route));
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) return errorResponse(413);
    const what = { method: request.method, path };
    const call = () => callFunction(caller, payload, what, readResult, errorResponse(500));
    return unlessLate(call, timeoutMs, () => errorResponse(503));
  };
  return createFront({
    refusalStatus,
    log: caller.log,
    findClient: caller.findClient,
    maxBodyBytes: MAX_BODY_BYTES,
    errorResponse,
    answer: async (request, hop) => {
      const response = await answer(request, hop);
      return { ...response, headers: [...response.headers, ['apigw-requestid', requestIdOf(hop)]] };
    },
  });
}
