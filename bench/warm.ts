import type { Variables } from './children.ts';
import { getEvent, postEvent } from './events.ts';
import { percentile } from './statistics.ts';
import { type Job, type Sample, startWorker, type Worker } from './workers.ts';

/** Of one kind of request to one handler. */
export interface WarmResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Request = Pick<Job, 'payload' | 'status' | 'items'>;

export const POST: Request = { payload: postEvent(), status: 201 };
export const GET: Request = { payload: getEvent('/app'), status: 200, items: 100 };
/** How many requests are in flight where requests a second are counted. */
export const IN_FLIGHT = 16;
/** The handlers take turns, so that drift hits all alike. */
const ROUNDS = 3;

/**
 * Requests a second with 16 in flight, and the latency of one at a time, for each bundle in a process of its own: `POST
 * /app`, and `GET /app` of 100 items that the handler itself has recorded.
 */
export async function measureWarm(bundles: readonly string[], env: Variables) {
  const workers = await Promise.all(bundles.map((bundle) => startWorker(bundle, env)));
  const post = await measureEach(workers, POST, { warmUp: 600, together: 1000, alone: 400 });
  const get = await measureEach(workers, GET, { warmUp: 100, together: 120, alone: 120 });
  for (const worker of workers) worker.stop();
  return { post, get };
}

interface Counts {
  readonly warmUp: number;
  /** In a round, several in flight. */
  readonly together: number;
  /** @default 16 */
  readonly inFlight?: number;
  /** In a round, one after another. */
  readonly alone: number;
}

/** The same kind of request to each of the workers, which take turns; or to each its own. */
export async function measureEach(
  workers: readonly Worker[],
  requests: Request | readonly Request[],
  counts: Counts,
): Promise<WarmResult[]> {
  const { inFlight = IN_FLIGHT } = counts;
  const requestOf = (index: number) => ('payload' in requests ? requests : (requests[index] ?? POST));
  const together: Sample[][] = workers.map(() => []);
  const alone: Sample[][] = workers.map(() => []);
  for (const [index, worker] of workers.entries()) {
    await worker.measure({ ...requestOf(index), requests: counts.warmUp, inFlight });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, worker] of workers.entries()) {
      together[index]?.push(await worker.measure({ ...requestOf(index), requests: counts.together, inFlight }));
      alone[index]?.push(await worker.measure({ ...requestOf(index), requests: counts.alone, inFlight: 1 }));
    }
  }
  return workers.map((_, index) => summarise(together[index] ?? [], alone[index] ?? []));
}

function summarise(together: readonly Sample[], alone: readonly Sample[]): WarmResult {
  const seconds = together.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000;
  const latenciesMs = alone.flatMap((sample) => sample.latenciesMs);
  return {
    perSecond: together.flatMap((sample) => sample.latenciesMs).length / seconds,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
  };
}
