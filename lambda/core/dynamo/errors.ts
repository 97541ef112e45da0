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
