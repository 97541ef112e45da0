/** The watch as an invocation: a tick with a deadline, one line of the log, and a failure when it could not do its work. */
import type { Context } from 'aws-lambda';
import type { CoreDeps } from '../core/deps.ts';
import { createInvocationRunner } from '../core/observe/run-invocation.ts';
import type { TickResult } from './tick.ts';

/** How long before its end a tick reads no more: it has notes to take, and people to tell. */
const RESERVE_MS = 15_000;
/** From when on an event counts as old that is still untold, in milliseconds. */
const OLD_MS = 120_000;

export interface WatchOptions {
  readonly core: CoreDeps;
  readonly tick: (giveUpAt: number) => Promise<TickResult>;
}

/** The tick has not read to the end of the log: people would take its silence for good news. */
class BehindError extends Error {
  override readonly name = 'BehindError';
}

/**
 * Makes the function. It fails when the tick does, and when it has not read all: `Errors` of Lambda is what its alarm
 * watches, which costs nothing to count.
 */
export function createWatch({ core, tick }: WatchOptions) {
  const run = createInvocationRunner(core);
  return async (
    _event: unknown,
    context: Pick<Context, 'getRemainingTimeInMillis' | 'functionVersion' | 'awsRequestId'>,
  ): Promise<void> => {
    const failure = await run<Error | undefined>(
      {
        message: 'tick',
        started: performance.now(),
        requestId: context.awsRequestId,
        traceId: core.traceId(),
        work: async () => {
          const at = core.now();
          const { outcome, fields, untoldSince } = await tick(at + context.getRemainingTimeInMillis() - RESERVE_MS);
          const untoldMs = untoldSince === undefined ? 0 : at - untoldSince;
          return {
            result:
              outcome === 'behind' ? new BehindError('The watch is behind: it goes on at the next tick') : undefined,
            failed: false,
            fields: { outcome, ...fields, ...(untoldMs > OLD_MS && { untoldMs }) },
            counted: untoldMs > OLD_MS ? { metric: 'Untold' } : undefined,
          };
        },
        recover: (error) => ({
          result: error instanceof Error ? error : new Error(String(error)),
          failed: true,
        }),
      },
      context,
    );
    if (failure !== undefined) throw failure;
  };
}
