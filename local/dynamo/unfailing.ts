import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { messageOf } from '../error-message.ts';

type Callback = (error?: Error | null, value?: unknown) => void;

/** The files of dynalite 4, with the callbacks that it puts onto them. */
export interface StoreFilesOfDynalite {
  get(key: string, callback: Callback | object | undefined): unknown;
  put(key: string, value: unknown, callback: Callback | object | undefined): unknown;
  del(key: string, callback: Callback | object | undefined): unknown;
  batch(operations: readonly object[], callback: Callback | object | undefined): unknown;
  values(options?: object): { next(): Promise<unknown> };
  open(): Promise<void>;
  readonly status: string;
  /** `_original` closes the files at once; the other is of the whole server. */
  readonly close: { readonly _original: () => Promise<void> };
}

export interface UnfailingOptions {
  /** For people. */
  readonly place: string;
  /** A file that may be written and removed to find out whether there is room, on the same disk. */
  readonly probe: string;
  readonly log: (line: string) => void;
  /** Milliseconds of a steady clock. @default performance.now */
  readonly now?: () => number;
}

/** What LevelDB may write as it opens its files: the writes of its log as a table, and a manifest. */
const ROOM_BYTES = 8 * 1024 * 1024;
/** How often it is tried whether there is room again, at most. */
const PROBE_EVERY_MS = 1000;

/**
 * Has dynalite answer an error of its files as DynamoDB answers one of its own, which is a 503 to clients; by itself it
 * throws where nobody can catch, and the process ends.
 *
 * After a write that failed nothing more is written: LevelDB would go on behind half a record, and what it then
 * acknowledged would be lost with it when the log is read. Reads go on. Once there is room, the files are closed and opened
 * again, which ends that log.
 */
export function makeUnfailing(files: StoreFilesOfDynalite, options: UnfailingOptions): void {
  const { place, probe, log, now = () => performance.now() } = options;
  const { get, put, del, batch } = files;
  const values = files.values.bind(files);
  let failed = false;
  let triedAt = Number.NEGATIVE_INFINITY;

  const told = (callback: Callback): Callback => {
    return (error, value) => callback(error ? unavailable(error) : error, value);
  };
  const write = (attempt: (done: Callback) => void, callback: Callback) => {
    if (failed) {
      void tryAgain();
      callback(unavailable(new Error('nothing can be written')));
      return;
    }
    attempt((error) => {
      if (error && !failed) {
        failed = true;
        log(
          `cannot write in ${place}: ${messageOf(error.cause ?? error)}; what would write is answered 503 until it can`,
        );
      }
      told(callback)(error);
    });
  };
  const tryAgain = async () => {
    if (now() - triedAt < PROBE_EVERY_MS) return;
    triedAt = now();
    try {
      if (files.status === 'open') {
        await writeFile(probe, Buffer.alloc(ROOM_BYTES), { flush: true }).finally(() => rmSync(probe, { force: true }));
        await files.close._original();
      }
      await files.open();
      failed = false;
      log(`can write in ${place} again`);
    } catch {
      // Not yet.
    } finally {
      triedAt = now();
    }
  };

  // While the files are being opened LevelDB calls these itself, later, for a promise and without a callback.
  files.get = (key, callback) => get.call(files, key, isCallback(callback) ? told(callback) : callback);
  files.put = (key, value, callback) => {
    if (!isCallback(callback)) return put.call(files, key, value, callback);
    return write((done) => put.call(files, key, value, done), callback);
  };
  files.del = (key, callback) => {
    if (!isCallback(callback)) return del.call(files, key, callback);
    return write((done) => del.call(files, key, done), callback);
  };
  files.batch = (operations, callback) => {
    if (!isCallback(callback)) return batch.call(files, operations, callback);
    return write((done) => batch.call(files, operations, done), callback);
  };
  files.values = (range) => {
    const iterator = values(range);
    const next = iterator.next.bind(iterator);
    iterator.next = () => next().catch((error: unknown) => Promise.reject(unavailable(error)));
    return iterator;
  };
}

function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/** An error that dynalite answers, instead of throwing it; but what is not there is no fault. */
function unavailable(cause: unknown): Error {
  if (cause instanceof Error && cause.name === 'NotFoundError') return cause;
  const body = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: messageOf(cause) };
  return Object.assign(new Error(body.message, { cause }), { statusCode: 500, body });
}
