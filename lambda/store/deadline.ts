import { AsyncLocalStorage } from 'node:async_hooks';

const signals = new AsyncLocalStorage<AbortSignal>();

/**
 * Does some work, in which every call to the store that says `untilDeadline()` is given up after a time. When the work
 * fails earlier, what it left under way is given up, too: the other queries of a page of which one has failed.
 *
 * @param ms milliseconds from now on
 */
export async function withinDeadline<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, Math.max(0, ms));
  try {
    return await signals.run(controller.signal, work);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The options of a call to the SDK that ends with the work that it is part of. */
export function untilDeadline(): { readonly abortSignal?: AbortSignal } {
  const abortSignal = signals.getStore();
  return abortSignal ? { abortSignal } : {};
}
