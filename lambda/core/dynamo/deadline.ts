import { AsyncLocalStorage } from 'node:async_hooks';

/** What DynamoDB has charged for. */
export interface ConsumedUnits {
  read: number;
  write: number;
}

const scopes = new AsyncLocalStorage<{ readonly signal: AbortSignal; readonly units: ConsumedUnits }>();

/**
 * Does some work, in which every call to the store that says `untilDeadline()` is given up after a time. When the work
 * fails earlier, what it left under way is given up, too: the other queries of a page of which one has failed.
 *
 * @param ms milliseconds from now on
 * @param units to which the units that its calls consume are added
 */
export async function withinDeadline<T>(
  ms: number,
  work: () => Promise<T>,
  units: ConsumedUnits = { read: 0, write: 0 },
): Promise<T> {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  const timer = setTimeout(giveUp, Math.max(0, ms));
  try {
    return await scopes.run({ signal: controller.signal, units }, work);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The options of a call to the SDK that ends with the work that it is part of. */
export function untilDeadline(): { readonly abortSignal?: AbortSignal } {
  const abortSignal = scopes.getStore()?.signal;
  return abortSignal ? { abortSignal } : {};
}

/** Adds to the units of the work that is being done. */
export function countUnits(kind: keyof ConsumedUnits, units: number): void {
  const scope = scopes.getStore();
  if (scope) scope.units[kind] += units;
}
