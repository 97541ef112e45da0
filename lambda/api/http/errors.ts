/** One thing that is wrong with what a client sent. */
export interface InputError {
  readonly in: 'path' | 'query' | 'body' | 'header';
  readonly field: string;
  /** What came, as JSON, cut to 100 characters; of arrays and objects only that they are. */
  readonly received: string;
  readonly allowed: string;
}

export interface HttpErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - none: the problem has no `errors` */
  readonly errors?: readonly InputError[];
  readonly cause?: unknown;
}

/** An error that a client is told about. `detail` reaches the client; `cause` stays in the log. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly InputError[] | undefined;

  constructor(status: number, detail: string, { headers = {}, errors, cause }: HttpErrorOptions = {}) {
    super(detail, { cause });
    this.status = status;
    this.headers = headers;
    this.errors = errors;
  }
}
