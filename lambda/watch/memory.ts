/** What the watch remembers of the log: what was heard of the sources that have answered lately. */
import type { Checkpoint } from '../core/roll/checkpoint.ts';
import { fold } from '../core/roll/heard.ts';
import type { Heard } from '../core/roll/state.ts';
import { downSince, type Hearing } from './hearing.ts';
import type { LogRecord } from './log-reader.ts';
import { LEAST_GAP_MS, LEAST_MISSING, missedBetween } from './quiet.ts';
import type { Roll } from './roll.ts';

/** What was heard, for good: all records before a position have come, once each, in order. */
export class Memory implements Hearing {
  position: number;
  newest: number | undefined;
  restoredAt: number | undefined;
  readonly sources: Map<string, Heard>;

  constructor({ position, newest, restoredAt, sources }: Checkpoint) {
    this.position = position;
    this.newest = newest;
    this.restoredAt = restoredAt;
    this.sources = new Map(sources);
  }

  get(source: string): Heard | undefined {
    return this.sources.get(source);
  }

  /** Takes in all records up to a new position. Nothing comes between: afterwards all of them are known, or none. */
  settle(records: readonly LogRecord[], position: number, roll: Roll): void {
    const { newest, restoredAt, heard } = this.hear(records, roll);
    for (const [source, hot] of heard) this.sources.set(source, hot);
    this.newest = newest;
    this.restoredAt = restoredAt;
    this.position = position;
  }

  /** What is known when some more records are: they may come again, and others between them. */
  provisionally(records: readonly LogRecord[], roll: Roll): Hearing & { readonly sources: Iterable<string> } {
    const { newest, restoredAt, heard } = this.hear(records, roll);
    return { newest, restoredAt, get: (source) => heard.get(source) ?? this.get(source), sources: heard.keys() };
  }

  private hear(records: readonly LogRecord[], roll: Roll) {
    const heard = new Map<string, Heard>();
    const get = (source: string) => heard.get(source) ?? this.get(source);
    let { newest, restoredAt } = this;
    for (const record of records) {
      const { source, at } = record;
      if (newest !== undefined && at - newest >= LEAST_GAP_MS) {
        const hearing = { newest, restoredAt, get };
        if (missedBetween(hearing, roll, newest, at).length >= LEAST_MISSING) restoredAt = at;
      }
      newest = Math.max(newest ?? at, at);
      if (source === undefined) continue;
      const state = roll.states.get(source);
      const before = get(source) ?? state?.parked;
      const limits = state && roll.expectationOf(state)?.limits;
      heard.set(source, fold(before, record, limits, downSince(state)));
    }
    return { newest, restoredAt, heard };
  }
}
