import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyKeeper } from '../../lambda/notify/sealing-key.ts';

/** Keeps the key that opens secrets in a file of the data folder, which only this user reads. */
export function createFileKeeper(folder: string): KeyKeeper {
  const file = join(folder, 'channel-key');
  return {
    read: async () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),

    async create(privateKey) {
      mkdirSync(folder, { recursive: true });
      try {
        writeFileSync(file, privateKey, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    },
  };
}

/** Keeps the key for the life of the process, where nothing is kept. */
export function createMemoryKeeper(): KeyKeeper {
  let key: string | undefined;
  return {
    read: async () => key,
    create: async (privateKey) => {
      key ??= privateKey;
    },
  };
}
