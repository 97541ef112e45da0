/** The watch on one machine: the tick that Lambda runs, on a timer, on the same store. */
import { setTimeout } from 'node:timers/promises';
import { createDynamoClient } from '../lambda/core/dynamo/client.ts';
import { createTickDeps } from '../lambda/watch/deps.ts';
import { parseWatchEnv } from '../lambda/watch/env.ts';
import { createTick, type TickDeps, type TickResult } from '../lambda/watch/tick.ts';
import { messageOf } from './error-message.ts';
import { StartError } from './start-error.ts';

/** The variable that switches it off. */
export const WATCH = 'WATCH';
const EVERY_MS = 60_000;
const PATIENCE_MS = 1_000;
/** How long one tick may read. */
const READING_MS = 40_000;

/** Whether the watch is to run, by the environment. @throws StartError when it says neither */
export function isWatchOn(text: string | undefined = 'on'): boolean {
  if (text !== 'on' && text !== 'off') throw new StartError(`${WATCH} is "${text}"; it must be on or off`);
  return text === 'on';
}

export interface LocalWatch {
  /** Ends what it is doing, wherever it is, and waits but a moment for that: the next start goes on from there. */
  stop(): Promise<void>;
}

export interface LocalWatchOptions {
  /** Makes the tick of some dependencies, of which it replaces what waits. */
  readonly tickOf: (sleep: TickDeps['sleep']) => (giveUpAt: number) => Promise<TickResult>;
  readonly log: (line: string) => void;
  /** @default 60_000 */
  readonly everyMs?: number;
  /** How long a stop waits for a tick, which may have hours to read. @default 1_000 */
  readonly patienceMs?: number;
}

/** The tick of the store that the environment names. */
export function localTick(sleep: TickDeps['sleep']): (giveUpAt: number) => Promise<TickResult> {
  const env = parseWatchEnv(process.env);
  return createTick({ ...createTickDeps(env, createDynamoClient(env)), sleep });
}

/** Ticks once a minute until it is stopped. What fails is said, and tried again a minute later. */
export function startWatch({
  tickOf,
  log,
  everyMs = EVERY_MS,
  patienceMs = PATIENCE_MS,
}: LocalWatchOptions): LocalWatch {
  const stopped = new AbortController();
  const { signal } = stopped;
  const sleep = (ms: number) => setTimeout(ms, undefined, { signal });
  const tick = tickOf(sleep);
  const run = async () => {
    while (!signal.aborted) {
      const next = sleep(everyMs).catch(() => {});
      try {
        await tick(Date.now() + READING_MS);
      } catch (error) {
        if (!signal.aborted) log(`The watch failed, and tries again in a minute: ${messageOf(error)}`);
      }
      // From the beginning of one to that of the next; those that are longer follow each other.
      await next;
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await Promise.race([running, setTimeout(patienceMs, undefined, { ref: false })]);
    },
  };
}
