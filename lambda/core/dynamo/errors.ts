export interface StoreUnavailableOptions extends ErrorOptions {
  /** @default false */
  readonly throttled?: boolean;
}

/** The store did not answer, or asked to be called less: the same call may succeed later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** Whether it asked to be called less, the last time that it was asked. */
  readonly throttled: boolean;

  constructor(message: string, { throttled = false, ...options }: StoreUnavailableOptions = {}) {
    super(message, options);
    this.throttled = throttled;
  }
}

/** What a call gives; undefined if the store asks to be called less. */
export async function unlessThrottled<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StoreUnavailableError && error.throttled) return undefined;
    throw error;
  }
}
