import type { Context } from 'aws-lambda';
import type { CoreDeps } from '../deps.ts';
import { type ConsumedUnits, withinDeadline } from '../dynamo/deadline.ts';
import { StoreUnavailableError } from '../dynamo/errors.ts';
import { describeError } from './describe-error.ts';
import { type Counted, countedFields, type MetricName } from './log.ts';

/**
 * How long before the function's time-out an invocation ends, in milliseconds: its calls to the store are given up first,
 * and whatever else it may be at a moment later. The caller has its answer half a second before Lambda would cut it off.
 */
const STORE_RESERVE_MS = 700;
const ANSWER_RESERVE_MS = 600;

/** The fields of a line that say whose metric it is. */
const BY_STAGE = ['stage'];
const BY_VERSION = ['stage', 'version'];
const FAILED: MetricName = 'Failed';

/** Failures that may pass: the same invocation may succeed later. Each is counted under its name. */
export type TransientFailure = Extract<MetricName, 'StoreThrottled' | 'StoreFailed' | 'DeadlineExceeded'>;

/** An invocation was not done when it had to be answered. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

type LogFields = Readonly<Record<string, unknown>>;

/** How an invocation ended. */
export interface Outcome<T> {
  readonly result: T;
  /** Whether it failed for a reason of ours, which is logged and counted. */
  readonly failed: boolean;
  /** More of its line of the log. */
  readonly fields?: LogFields;
  /** What has happened that the operator counts. @default - nothing */
  readonly counted?: Counted | undefined;
}

/** One invocation of a function. */
export interface Invocation<T> {
  /** The message of its line of the log: `request`. */
  readonly message: string;
  /** What it began with, on the monotonic clock, in milliseconds. */
  readonly started: number;
  readonly requestId: string;
  /** Of X-Ray, if it is traced. */
  readonly traceId: string | undefined;
  readonly work: () => Promise<Outcome<T>>;
  /** The outcome of an error, which is the one place where errors become answers. */
  readonly recover: (error: unknown, failure: TransientFailure | undefined) => Outcome<T> | Promise<Outcome<T>>;
}

export type InvocationRunner = <T>(
  invocation: Invocation<T>,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'functionVersion'>,
) => Promise<T>;

/**
 * Makes what every function runs its invocations by: a deadline before Lambda's own, one line of the log by which it is
 * counted, too, and a boundary at which errors become outcomes. Units in the line are those that the store charged for, if
 * any. What fails is counted for its version by itself, too, so that a bad one can be taken back.
 */
export function createInvocationRunner({ log, now, stage }: Pick<CoreDeps, 'log' | 'now' | 'stage'>): InvocationRunner {
  // Since the process began: the start of Node, and of the bundle.
  const initMs = Math.round(performance.now());
  let coldStart = true;
  return async ({ message, started, requestId, traceId, work, recover }, context) => {
    const units: ConsumedUnits = { read: 0, write: 0 };
    const remaining = context.getRemainingTimeInMillis();
    const settle = async () => {
      try {
        const bounded = withinDeadline(remaining - STORE_RESERVE_MS, work, units);
        return { outcome: await unlessLate(remaining - ANSWER_RESERVE_MS, bounded), failure: undefined };
      } catch (error) {
        const failure = transientFailure(error);
        const outcome = await recover(error, failure);
        if (outcome.failed) {
          log({
            level: 'ERROR',
            message: `${message} failed`,
            requestId,
            traceId,
            failure,
            error: describeError(error),
          });
        }
        return { outcome, failure };
      }
    };
    const { outcome, failure } = await settle();
    const { result, failed, fields, counted } = outcome;
    const names = [counted?.metric, failure, failed ? FAILED : undefined].filter((name) => name !== undefined);
    log({
      message,
      requestId,
      traceId,
      ...fields,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      readUnits: units.read || undefined,
      writeUnits: units.write || undefined,
      ...(coldStart && { coldStart, initMs }),
      version: context.functionVersion,
      ...counted?.properties,
      ...(names.length > 0 && {
        stage,
        ...countedFields(names, failed ? [BY_STAGE, BY_VERSION] : [BY_STAGE], now()),
      }),
    });
    coldStart = false;
    return result;
  };
}

/** @throws DeadlineError when the work is not done after so many milliseconds */
async function unlessLate<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const giveUp = () => late.reject(new DeadlineError('The invocation took longer than the function may'));
  const timer = setTimeout(giveUp, Math.max(0, ms));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function transientFailure(error: unknown): TransientFailure | undefined {
  if (error instanceof DeadlineError) return 'DeadlineExceeded';
  if (!(error instanceof StoreUnavailableError)) return undefined;
  return error.throttled ? 'StoreThrottled' : 'StoreFailed';
}
