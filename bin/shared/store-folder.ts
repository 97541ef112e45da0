import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { StoreInUseError } from '../../local/dynamo/embedded.ts';
import { StartError } from '../../local/start-error.ts';

const StoreAnswer = v.object({
  /** Where it answers. */
  endpoint: v.optional(v.string()),
  /** Whether it is the one of a server that has the files open. */
  isShared: v.optional(v.boolean(), false),
  /** Why there is none. */
  problem: v.optional(v.string()),
});
/** What the process of a store says of it. */
export type StoreAnswer = v.InferInput<typeof StoreAnswer>;

/** The embedded store of a folder. */
export interface FolderStore {
  readonly endpoint: string;
  readonly isShared: boolean;
  /** Waits until the files are closed, unless a server has them open. */
  readonly close: () => Promise<void>;
}

/** Opens the store of a folder in a process of its own, or reaches the one of a server that has it open. */
export async function openFolder(folder: string): Promise<FolderStore> {
  const script = fileURLToPath(new URL('store-process.ts', import.meta.url));
  const child = fork(script, [folder], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const ending = ended.then(() => [{ problem: `the store in ${folder} cannot be opened` }]);
  const [message] = await Promise.race([once(child, 'message'), ending]);
  const { endpoint, isShared, problem } = v.parse(StoreAnswer, message);
  if (problem !== undefined) throw new StartError(problem);
  if (endpoint === undefined) throw new StoreInUseError(folder, undefined);
  return {
    endpoint,
    isShared,
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
