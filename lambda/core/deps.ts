import type { Env } from './env.ts';
import { type LogLine, writeLine } from './observe/log.ts';

/** What every function is given. */
export interface CoreDeps {
  readonly log: (line: LogLine) => void;
  /** What is counted is counted for this stage. */
  readonly stage: string;
  /** The trace that the present invocation belongs to, if it is traced. */
  readonly traceId: () => string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export function createCoreDeps({ stage }: Pick<Env, 'stage'>): CoreDeps {
  return { log: writeLine, stage, traceId, now: Date.now };
}

/** Lambda says for each invocation (developer guide, "Defined runtime environment variables"): `Root=1-...;Sampled=1`. */
function traceId(): string | undefined {
  const header = process.env._X_AMZN_TRACE_ID ?? '';
  return header.includes('Sampled=1') ? /Root=([\w-]+)/.exec(header)?.[1] : undefined;
}
