/** Those who look silent, asked about twice: by the index, and by the log a moment later. */

import { type CatchUpOptions, hearAgain } from './catch-up.ts';
import { askIndex, type ConfirmOptions } from './confirm.ts';
import type { Hearing } from './hearing.ts';
import { inTurns } from './in-turns.ts';
import { type Bench, judgeOne, type Verdict } from './judge-all.ts';
import { quietAt } from './quiet.ts';

/** Between two looks. */
const RECHECK_MS = 5_000;
/** How many sources are asked about at the same time. */
const ASKED_AT_ONCE = 8;

export interface SilenceOptions extends ConfirmOptions, CatchUpOptions {
  readonly bench: Bench;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long before what was read lies what is judged, in milliseconds. */
  readonly unheardMs: number;
}

/** What is still to be said of those who looked silent. */
export async function confirmed(
  suspects: readonly Verdict[],
  hearing: Hearing,
  options: SilenceOptions,
): Promise<readonly Verdict[]> {
  const { bench, roll, sleep, unheardMs } = options;
  const silent: Verdict[] = [];
  await inTurns(suspects, ASKED_AT_ONCE, async ({ before }) => {
    const heard = await askIndex(before.source, hearing, options);
    const verdict = heard && judgeOne(before, heard, bench);
    if (verdict?.confirm) silent.push(verdict);
  });
  if (silent.length === 0) return [];
  await sleep(RECHECK_MS);
  const again = await hearAgain(options);
  // Nothing may have come in since the first look either.
  if (quietAt(again.hearing, roll, again.readTo - unheardMs).isQuiet) return [];
  return silent.flatMap(({ before }) => judgeOne(before, again.hearing, bench) ?? []);
}
