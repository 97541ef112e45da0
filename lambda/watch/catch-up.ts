/** Reading the log to its end: at once each minute, in stretches after an absence. */

import type { Hearing } from './hearing.ts';
import type { LogReader } from './log-reader.ts';
import type { Memory } from './memory.ts';
import type { Roll } from './roll.ts';

/**
 * How far behind the clock a record may still become visible: a request may take 10 s, and clocks differ. What is older is
 * settled, and read no more.
 */
export const SETTLED_MS = 30_000;
/** The stretches that are read at once, and the records that one is to have. */
const LEAST_STRETCH_MS = 15_000;
const MOST_STRETCH_MS = 600_000;
const FIRST_STRETCH_MS = 120_000;
const MOST_RECORDS = 100_000;

export interface CatchUpOptions {
  readonly readLog: LogReader;
  readonly memory: Memory;
  readonly roll: Roll;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** When it is to be given up for this time. */
  readonly giveUpAt: number;
}

/** All that has been heard. */
export interface CaughtUp {
  readonly hearing: Hearing & { readonly sources: Iterable<string> };
  /** Everything that could be seen at this instant is in it. */
  readonly readTo: number;
}

/** @returns undefined when there was not the time: the memory has what was read, and it goes on from there */
export async function catchUp({ readLog, memory, roll, now, giveUpAt }: CatchUpOptions): Promise<CaughtUp | undefined> {
  let stretch = FIRST_STRETCH_MS;
  for (;;) {
    const readTo = now();
    const settled = readTo - SETTLED_MS;
    if (memory.position + stretch >= settled) {
      const records = await readLog(memory.position);
      const position = Math.max(memory.position, settled);
      const end = records.findIndex(({ at }) => at >= position);
      const count = end < 0 ? records.length : end;
      memory.settle(records.slice(0, count), position, roll);
      return { hearing: memory.provisionally(records.slice(count), roll), readTo };
    }
    if (readTo >= giveUpAt) return undefined;
    const position = memory.position + stretch;
    const records = await readLog(memory.position, position);
    memory.settle(records, position, roll);
    if (records.length > MOST_RECORDS) stretch = Math.max(LEAST_STRETCH_MS, stretch / 2);
    if (records.length < MOST_RECORDS / 4) stretch = Math.min(MOST_STRETCH_MS, stretch * 2);
  }
}

/** What has been heard by now, after a moment: read again, with all that came meanwhile. Nothing more is settled. */
export async function hearAgain({ readLog, memory, roll, now }: CatchUpOptions): Promise<CaughtUp> {
  const readTo = now();
  return { hearing: memory.provisionally(await readLog(memory.position), roll), readTo };
}
