import type { Random } from './random.ts';

/**
 * Lets several runners go one at a time, in an order that the seed decides and the machine's speed does not: nobody goes
 * on before every one waits for its turn or has left.
 */
export interface Turns {
  readonly join: () => void;
  readonly leave: () => void;
  /** Resolves when it is this runner's turn. */
  readonly wait: () => Promise<void>;
}

export function createTurns(random: Random): Turns {
  const waiting: (() => void)[] = [];
  let runners = 0;
  const next = () => {
    if (runners === 0 || waiting.length < runners) return;
    const [go] = waiting.splice(random.below(waiting.length), 1);
    go?.();
  };
  return {
    join: () => {
      runners++;
    },
    leave: () => {
      runners--;
      next();
    },
    wait: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      next();
      return promise;
    },
  };
}
