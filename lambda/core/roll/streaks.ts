/** Answers in a row, good and bad. */
import type { Streak, Streaks } from './state.ts';

/** No expectation asks for more in a row. */
export const MOST_IN_A_ROW = 100;

/** The streaks once one more answer is known. @param brokenAt no streak that began by then goes on after it */
export function extended(
  streaks: Streaks | undefined,
  kind: 'good' | 'bad',
  at: number,
  brokenAt = Number.NEGATIVE_INFINITY,
): Streaks {
  const before = streaks?.[kind] ?? [];
  const newest = streaks?.last === kind ? before.at(-1) : undefined;
  const last = newest && newest.since <= brokenAt && at > brokenAt ? undefined : newest;
  const streak: Streak = last ? { ...last, count: last.count + 1, at } : { count: 1, since: at, at };
  const least = Math.min(streak.count, MOST_IN_A_ROW);
  const longer = before.filter((one) => one !== last && Math.min(one.count, MOST_IN_A_ROW) > least);
  return { good: streaks?.good ?? [], bad: streaks?.bad ?? [], last: kind, [kind]: [...longer, streak] };
}

/** The last streak of at least so many. */
export function reached(streaks: readonly Streak[] | undefined, count: number): Streak | undefined {
  return streaks?.findLast((streak) => streak.count >= count);
}

/** Whether `bad` of so many came after the last `good` of so many; the streak if so. */
export function isBadLast(streaks: Streaks | undefined, bad: number, good: number): Streak | undefined {
  const worst = reached(streaks?.bad, bad);
  const best = reached(streaks?.good, good);
  if (!worst || !best || worst.at > best.at) return worst;
  // Within one millisecond, the order of their ids counts.
  return worst.at === best.at && streaks?.last === 'bad' ? worst : undefined;
}
