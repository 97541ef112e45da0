import { rangeOf } from '../../lambda/core/timestamps/page.ts';
import { toRecord } from '../../lambda/core/timestamps/store.ts';
import { microsOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { messageOf } from '../../local/error-message.ts';
import { edgeOf, findShards, type RecordSearch, readShards } from '../records/read-shards.ts';
import { headOf, lineOf } from '../records/record-text.ts';
import type { Progress } from '../shared/progress.ts';
import type { ExportOptions } from './options.ts';

/** What became of an export. */
export interface Exported {
  readonly records: number;
  /** The last record that is written as a whole; undefined when none is. */
  readonly last: string | undefined;
  /** Items that are no records, by their ids. */
  readonly unreadable: readonly string[];
  /** Why it ended before the end, if it did. */
  readonly failure: unknown;
}

export interface ExportTarget extends Pick<RecordSearch, 'client' | 'tableName' | 'held'> {
  /** Takes some lines; the next ones come when it has. */
  readonly write: (text: string) => Promise<void>;
  readonly progress: Progress;
  /** Ends it between two writes. */
  readonly signal: AbortSignal;
}

/** Writes all records that are asked for, the oldest first. */
export async function exportRecords(options: Omit<ExportOptions, 'stage'>, target: ExportTarget): Promise<Exported> {
  const { format, after } = options;
  let records = 0;
  let last: string | undefined;
  const unreadable: string[] = [];
  const result = (failure?: unknown): Exported => ({ records, last, unreadable, failure });
  try {
    // What goes on behind a record has its head already.
    if (after === undefined && format === 'csv') await target.write(headOf(format));
    const range = rangeOf({ ...options, limit: 0 });
    if (range === undefined) return result();
    const search: RecordSearch = { ...target, source: options.source, range };
    const shards = await findShards(search);
    const newest = (await edgeOf(search, shards, 'newest'))?.id;
    let first: string | undefined;
    for await (const found of readShards(search, shards)) {
      target.signal.throwIfAborted();
      first ??= found[0]?.id;
      let text = '';
      let written = 0;
      for (const { id, item } of found) {
        try {
          text += lineOf(format, toRecord(item));
          written += 1;
        } catch (error) {
          unreadable.push(`${id}: ${messageOf(error)}`);
        }
      }
      await target.write(text);
      records += written;
      last = found.at(-1)?.id;
      target.progress.show(`${records.toLocaleString('en')} records`, partOf(first, last, newest));
    }
    return result();
  } catch (error) {
    return result(error);
  } finally {
    target.progress.end();
  }
}

/** How much of the time between the first record and the newest has been gone through. */
function partOf(first = '', last = '', newest = ''): number {
  const whole = microsOf(newest) - microsOf(first);
  return whole > 0 ? (microsOf(last) - microsOf(first)) / whole : 1;
}
