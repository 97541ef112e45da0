import { type Child, startChild, type Variables } from './children.ts';

/** A number of equal requests to a handler. */
export interface Job {
  /** The event, as JSON text. */
  readonly payload: string;
  readonly requests: number;
  /** How many of them are in flight at any time. */
  readonly inFlight: number;
  /** The status that each answer must have. */
  readonly status: number;
  /** How many items the last answer must have, if it is a page. */
  readonly items?: number;
}

/** How long a job took: in all, and each of its requests. */
export interface Sample {
  readonly elapsedMs: number;
  readonly latenciesMs: readonly number[];
}

/** A process that holds one handler. */
export interface Worker {
  measure(job: Job): Promise<Sample>;
  stop(): void;
}

/** Starts a process that loads a bundle with this environment. */
export async function startWorker(bundle: string, env: Variables): Promise<Worker> {
  const child: Child = startChild('worker-process.ts', [bundle], env);
  await child.ask();
  return {
    // What comes back is what worker-process.ts sends.
    measure: async (job) => (await child.ask(job)) as Sample,
    stop: child.stop,
  };
}
