import type { Context } from 'aws-lambda';
import type { CoreDeps } from '../core/deps.ts';
import { createInvocationRunner, type Outcome } from '../core/observe/run-invocation.ts';
import type { Kind } from './kinds.ts';

/** What came of an invocation: an error, for Lambda to try it again, or nothing. */
type Result = Outcome<unknown>;

/** The function that reaches out of the account: what it does goes by the event. */
export function createNotify(deps: CoreDeps, kinds: readonly Kind[]) {
  const run = createInvocationRunner(deps);
  return async (event: unknown, context: Context): Promise<void> => {
    const kind = kinds.find(({ isMeant }) => isMeant(event));
    const work = async (): Promise<Result> => {
      if (kind === undefined) throw new TypeError('Nothing is known of events of this kind.');
      return { result: undefined, failed: false, fields: { kind: kind.name, ...(await kind.handle(event)) } };
    };
    const error = await run(
      {
        message: 'notify',
        started: performance.now(),
        requestId: context.awsRequestId,
        traceId: deps.traceId(),
        work,
        recover: (cause): Result => ({ result: cause, failed: true, fields: { kind: kind?.name } }),
      },
      context,
    );
    if (error !== undefined) throw error;
  };
}
