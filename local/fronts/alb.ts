import type { Server } from 'node:http';
import { buildEvent, isAmbiguous, MAX_BODY_BYTES, refusalStatus } from './alb-event.ts';
import { errorResponse, readResult } from './alb-response.ts';
import { createFront } from './front.ts';
import { callFunction, type FunctionCaller } from './front-function.ts';

export interface AlbOptions extends FunctionCaller {
  /** The target group's attribute `lambda.multi_value_headers.enabled`. */
  readonly multiValueHeaders: boolean;
}

/**
 * A strict model of an Application Load Balancer in front of a Lambda target, for one machine. It refuses what a real
 * one refuses (400, 405, 413, 414, 463), closes the connection where that one does, and answers 502 to a result a real one would not take. Unlike a real one it
 * has no health checks, and no rules: every path reaches the function.
 *
 * @returns a server that does not listen yet.
 */
export function createAlb({ multiValueHeaders, ...caller }: AlbOptions): Server {
  return createFront({
    refusalStatus,
    closesAfter: isAmbiguous,
    log: caller.log,
    findClient: caller.findClient,
    maxBodyBytes: MAX_BODY_BYTES,
    errorResponse,
    answer: (request, hop) => {
      const event = buildEvent(request, hop, multiValueHeaders);
      const what = { method: request.method, path: event.path };
      const read = (json: string) => readResult(json, multiValueHeaders);
      return callFunction(caller, JSON.stringify(event), what, read, errorResponse(502));
    },
  });
}
