import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { unlessLate } from './unless-late.ts';

/** An asynchronous Lambda handler: takes the event and the invocation's context, resolves to the result. */
export type LambdaHandler = (event: unknown, context: Context) => Promise<unknown>;

export interface FunctionOptions {
  readonly handler: LambdaHandler;
  /**
   * How long one invocation may take, in milliseconds.
   * @default 10_000
   */
  readonly timeoutMs?: number;
}

/** The invocation failed: the handler threw, its result is no JSON, or it ran out of time. The message says which. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/**
 * Models the invocation of a Lambda function: payload and result cross as JSON text, so nothing that JSON cannot carry
 * (a Date, a Buffer, undefined in an array) survives here and then fails on AWS.
 *
 * Calls may overlap. A real Lambda would start a further instance for each; here they share one, so a handler that
 * keeps a request's state in its module shows it sooner than on AWS.
 *
 * @returns a function from the event's JSON text to the result's (`null` for undefined); it rejects with a
 * {@link FunctionError}.
 */
export function createInvoker({ handler, timeoutMs = 10_000 }: FunctionOptions): (payload: string) => Promise<string> {
  return async (payload) => {
    const context = createContext(timeoutMs);
    const late = () => {
      throw new FunctionError(`the handler did not settle within ${timeoutMs} ms`);
    };
    return toJson(await unlessLate(() => call(handler, payload, context), timeoutMs, late));
  };
}

async function call(handler: LambdaHandler, payload: string, context: Context): Promise<unknown> {
  const event: unknown = JSON.parse(payload);
  try {
    return await handler(event, context);
  } catch (error) {
    throw new FunctionError(`the handler threw ${String(error)}`, { cause: error });
  }
}

function toJson(result: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(result === undefined ? null : result);
  } catch (error) {
    throw new FunctionError(`the handler's result is not JSON: ${String(error)}`, { cause: error });
  }
  if (text === undefined) throw new FunctionError(`the handler's result is not JSON: a ${typeof result}`);
  return text;
}

function createContext(timeoutMs: number): Context {
  // Measured on the monotonic clock: a change of the wall clock must not stretch or cut an invocation.
  const deadline = performance.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'rollcall',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:rollcall',
    memoryLimitInMB: '256',
    awsRequestId: randomUUID(),
    logGroupName: '/aws/lambda/rollcall',
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    // The type still asks for the callbacks of Node 0.10, which the Node 24 runtime no longer has.
    done: callbackIsGone,
    fail: callbackIsGone,
    succeed: callbackIsGone,
  };
}

function callbackIsGone(): never {
  throw new Error('the Node 24 runtime has no context.done, context.fail or context.succeed');
}
