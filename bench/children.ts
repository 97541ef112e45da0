import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Variables of a process's environment. */
export type Variables = Readonly<Record<string, string>>;

/** A process of its own; see `startChild`. */
export interface Child {
  /** Sends a message, unless it is undefined, and waits for the next one from the child. */
  ask(message?: object): Promise<unknown>;
  stop(): void;
}

/**
 * Starts a file of this folder as a process whose output is thrown away, but for its errors. It must end when the
 * channel to this process closes.
 *
 * @throws (from `ask`) when the process ends instead of answering
 */
export function startChild(file: string, args: readonly string[], env: Variables): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    ask(message) {
      const answer = nextMessage(child, [file, ...args].join(' '));
      if (message !== undefined) child.send(message);
      return answer;
    },
    stop: () => child.disconnect(),
  };
}

async function nextMessage(child: ChildProcess, name: string): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  const message = once(child, 'message', { signal }).then(([value]): unknown => value);
  const end = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${name} ended with exit code ${code}`);
  });
  try {
    return await Promise.race([message, end]);
  } finally {
    settled.abort();
  }
}
