import type { StoredKey } from './key-store.ts';

/** How long what was read counts, in milliseconds: so long may a key be good that was revoked. */
export const KEPT_MS = 30_000;
/** How soon after a read an unknown key makes for another one, in milliseconds: it may have been made meanwhile. */
export const UNKNOWN_MS = 2_000;

export interface KeyRing {
  /** The key with this id, as it was at most KEPT_MS ago. Rejects if it is not known, and the store does not say. */
  find(id: string): Promise<StoredKey | undefined>;
}

export interface KeyRingOptions {
  readonly read: () => Promise<ReadonlyMap<string, StoredKey>>;
  /** Milliseconds since the Unix epoch: a clock that goes on while Lambda has the process frozen. */
  readonly now: () => number;
}

/**
 * The keys that an instance knows. They are read as a whole, so that a request costs no read, and guessing at keys costs
 * one every two seconds at most.
 */
export function createKeyRing({ read, now }: KeyRingOptions): KeyRing {
  let keys: ReadonlyMap<string, StoredKey> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  /** A clock that was put back makes everything old. */
  const isYoungerThan = (ms: number) => now() >= readAt && now() - readAt < ms;
  const readOnce = async () => {
    // What is revoked after this moment may be missing in the answer.
    const startedAt = now();
    keys = await read();
    readAt = startedAt;
  };
  const refresh = () => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    async find(id) {
      if (!isYoungerThan(KEPT_MS)) await refresh();
      if (!keys.has(id) && !isYoungerThan(UNKNOWN_MS)) await refresh();
      return keys.get(id);
    },
  };
}
