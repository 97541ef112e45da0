import { messageOf } from '../error-message.ts';
import type { FindClient } from '../proxies.ts';
import type { FrontResponse } from './front.ts';
import type { Refusal } from './function-result.ts';

/** How a front reaches the function. */
export interface FunctionCaller {
  /** Invokes the function: from the event's JSON text to the result's. A rejection is a failure of the function. */
  readonly invoke: (payload: string) => Promise<string>;
  /** Receives one line for each failure of the function: the status, the method, the path and why. */
  readonly log: (line: string) => void;
  /** What finds the client behind proxies. @default - whoever is connected is the client */
  readonly findClient?: FindClient | undefined;
}

/**
 * The function's answer to an event; or `failed`, with a line in the log that says why.
 *
 * @param payload the event's JSON text
 * @param request for that line
 * @param read what makes an answer of the result's JSON text
 */
export async function callFunction(
  { invoke, log }: FunctionCaller,
  payload: string,
  { method, path }: { readonly method: string; readonly path: string },
  read: (json: string) => FrontResponse | Refusal,
  failed: FrontResponse,
): Promise<FrontResponse> {
  const result = await invoke(payload)
    .then(read)
    .catch((error: unknown) => ({ refusal: `the invocation failed: ${messageOf(error)}` }));
  if (!('refusal' in result)) return result;
  // One line, whatever the path and the error's message hold.
  const [where, why] = [path.slice(0, 200), result.refusal.slice(0, 500)];
  log(`${failed.status} for ${method} ${where}: ${why}`.replace(/[\s\p{Cc}]+/gu, ' '));
  return failed;
}
