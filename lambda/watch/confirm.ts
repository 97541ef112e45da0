/** Asking the index about a source that looks silent: it knows what the log has lost sight of. */
import { unlessThrottled } from '../core/dynamo/errors.ts';
import { fold, NOTHING_HEARD } from '../core/roll/heard.ts';
import type { TimestampStore } from '../core/timestamps/store.ts';
import { downSince, type Hearing, heardOf } from './hearing.ts';
import { type LogRecord, logRecord } from './log-reader.ts';
import type { Memory } from './memory.ts';
import type { Roll } from './roll.ts';

/** How many of its records are asked for. */
const MOST_ASKED = 20;

export interface ConfirmOptions {
  readonly timestamps: Pick<TimestampStore, 'list'>;
  readonly memory: Memory;
  readonly roll: Roll;
}

/**
 * What was heard when what the index knows of a source is heard, too.
 *
 * @returns undefined if the store asks to be called less: the source is to be left to the next tick
 */
export async function askIndex(
  source: string,
  hearing: Hearing,
  options: ConfirmOptions,
): Promise<Hearing | undefined> {
  const { timestamps, memory, roll } = options;
  const lastContact = heardOf(hearing, roll, source)?.lastContact;
  const from = lastContact === undefined ? undefined : (lastContact + 1) * 1000;
  const page = await unlessThrottled(timestamps.list({ source, limit: MOST_ASKED, from }));
  if (page === undefined) return undefined;
  const state = roll.states.get(source);
  const limits = state && roll.expectationOf(state)?.limits;
  const missed = page.records.map((record) => logRecord(record.id, { ...record })).reverse();
  const after = (before: Hearing, some: readonly LogRecord[]) => {
    const known = heardOf(before, roll, source) ?? NOTHING_HEARD;
    return some.reduce((heard, record) => fold(heard, record, limits, downSince(state)), known);
  };
  // What lies before the position of the log will not come again.
  const lost = after(
    memory,
    missed.filter(({ at }) => at < memory.position),
  );
  if (lost.lastId !== undefined) memory.sources.set(source, lost);
  const heard = after(hearing, missed);
  return { ...hearing, get: (one) => (one === source ? heard : hearing.get(one)) };
}
