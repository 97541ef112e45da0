/** Those who look silent, asked about twice: by the index, and by the log a moment later. */

import { type CatchUpOptions, hearAgain } from './catch-up.ts';
import { askIndex, type ConfirmOptions } from './confirm.ts';
import type { Hearing } from './hearing.ts';
import { inTurns } from './in-turns.ts';
import { type Bench, deadlineOf, judgeOne, type Verdict } from './judge-all.ts';
import { quietAt } from './quiet.ts';

/** Between two looks, at least. */
const RECHECK_MS = 5_000;
/** How many sources are asked about at the same time. */
const ASKED_AT_ONCE = 8;

export interface SilenceOptions extends ConfirmOptions, CatchUpOptions {
  readonly bench: Bench;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long before what was read lies what is judged, in milliseconds. */
  readonly unheardMs: number;
}

/**
 * What is still to be said of those who look silent, or will by the second look if nothing comes: that waits a little longer
 * for them, who would wait a whole minute for the next tick.
 */
export async function confirmed(
  suspects: readonly Verdict[],
  hearing: Hearing,
  options: SilenceOptions,
): Promise<readonly Verdict[]> {
  const { bench, roll, sleep, unheardMs, now, giveUpAt } = options;
  const silent: Verdict[] = [];
  await inTurns(suspects, ASKED_AT_ONCE, async ({ before }) => {
    const heard = await askIndex(before.source, hearing, options);
    const verdict = heard && judgeOne(before, heard, bench);
    if (verdict?.confirm) silent.push(verdict);
  });
  if (silent.length === 0) return [];
  const last = Math.max(...silent.map((one) => deadlineOf(one, roll)));
  const needed = Math.min(last + unheardMs, giveUpAt) - now();
  await sleep(Math.max(RECHECK_MS, needed));
  const { hearing: all, readTo } = await hearAgain(options);
  const judgedAt = readTo - unheardMs;
  // Nothing may have come in since the first look either.
  const quiet = quietAt(all, roll, judgedAt);
  if (quiet.isQuiet) return [];
  const later = { ...bench, circumstances: { ...bench.circumstances, judgedAt } };
  return silent
    .flatMap(({ before }) => judgeOne(before, all, later) ?? [])
    .filter((one) => !one.confirm || !quiet.holds(deadlineOf(one, roll)));
}
