import type { Known, StoredKey } from './key-store.ts';
import type { StoredProvider } from './provider-item.ts';

/** How long what was read counts, in milliseconds: so long may a key be good that was revoked. */
export const KEPT_MS = 30_000;
/** How soon after a read an unknown key makes for another one, in milliseconds: it may have been made meanwhile. */
export const UNKNOWN_MS = 2_000;

export interface KeyRing {
  /** The key with this id, as it was at most KEPT_MS ago. Rejects if it is not known, and the store does not say. */
  find(id: string): Promise<StoredKey | undefined>;
  /**
   * What is known of the identity provider, likewise.
   *
   * @param isEnough whether it has what is looked for: if not, it may have been fetched meanwhile
   */
  provider(isEnough?: (provider: StoredProvider) => boolean): Promise<StoredProvider | undefined>;
}

export interface KeyRingOptions {
  readonly read: () => Promise<Known>;
  /** Milliseconds since the Unix epoch: a clock that goes on while Lambda has the process frozen. */
  readonly now: () => number;
}

/**
 * The keys that an instance knows. They are read as a whole, so that a request costs no read, and guessing at keys costs
 * one every two seconds at most.
 */
export function createKeyRing({ read, now }: KeyRingOptions): KeyRing {
  let known: Known = { keys: new Map() };
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  /** A clock that was put back makes everything old. */
  const isYoungerThan = (ms: number) => now() >= readAt && now() - readAt < ms;
  const readOnce = async () => {
    // What is revoked after this moment may be missing in the answer.
    const startedAt = now();
    known = await read();
    readAt = startedAt;
  };
  const refresh = () => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const refreshUnless = async (isFound: () => boolean) => {
    if (!isYoungerThan(KEPT_MS)) await refresh();
    if (!isFound() && !isYoungerThan(UNKNOWN_MS)) await refresh();
  };

  return {
    async find(id) {
      await refreshUnless(() => known.keys.has(id));
      return known.keys.get(id);
    },
    async provider(isEnough = () => true) {
      await refreshUnless(() => known.provider !== undefined && isEnough(known.provider));
      return known.provider;
    },
  };
}
