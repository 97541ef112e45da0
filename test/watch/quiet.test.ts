import { describe, expect, it } from 'vitest';
import type { Heard, SourceState } from '../../lambda/core/roll/state.ts';
import { missedBetween, quietAt } from '../../lambda/watch/quiet.ts';
import type { Roll } from '../../lambda/watch/roll.ts';
import { expectation, heardOf, MINUTE, NOON } from '../core/roll/support.ts';

/** Sources that said something at noon, and are due each some minutes later. */
function world(...periods: readonly number[]) {
  const expected = new Map(
    periods.map((minutes, index) => [`s${index}`, expectation({ every: `${minutes}m`, grace: '2m' })]),
  );
  const states = new Map(
    periods.map((_, index): [string, SourceState] => [
      `s${index}`,
      { source: `s${index}`, version: 1, standing: 'up', since: NOON },
    ]),
  );
  const heard: Heard | undefined = heardOf([{ at: NOON }]);
  const roll: Roll = { states, expectationOf: ({ source }) => expected.get(source) };
  return { roll, hearing: { newest: NOON, restoredAt: undefined, get: () => heard } };
}

describe('the blind rule', () => {
  it('holds when three that are up were due since the last record of all, and not before', () => {
    const { roll, hearing } = world(5, 6, 7, 60);
    expect(quietAt(hearing, roll, NOON + 7 * MINUTE - 1).isQuiet).toBe(false);
    expect(quietAt(hearing, roll, NOON + 7 * MINUTE)).toMatchObject({ isQuiet: true, blindSince: undefined });
    // They are missed a minute later: many jobs answer a little after they are due.
    expect(quietAt(hearing, roll, NOON + 8 * MINUTE)).toMatchObject({ blindSince: NOON + 8 * MINUTE });
    expect(missedBetween(hearing, roll, NOON, NOON + 8 * MINUTE)).toEqual([6, 7, 8].map((at) => NOON + at * MINUTE));
    expect(quietAt({ ...hearing, newest: NOON + 8 * MINUTE }, roll, NOON + 8 * MINUTE).isQuiet).toBe(false);
    expect(quietAt({ ...hearing, newest: undefined }, roll, NOON + 8 * MINUTE).isQuiet).toBe(false);
  });

  it('does not count those that are down, or paused, or of which nothing is expected', () => {
    for (const standing of ['down', 'paused', 'unwatched', 'waiting'] as const) {
      const { roll, hearing } = world(5, 6, 7);
      const state = roll.states.get('s0');
      if (state) roll.states.set('s0', { ...state, standing });
      expect(quietAt(hearing, roll, NOON + 30 * MINUTE).isQuiet, standing).toBe(false);
    }
  });

  it('holds one of two that are silent together for 50 s, and one alone not at all', () => {
    const deadline = NOON + 7 * MINUTE;
    const two = world(5, 5);
    expect(quietAt(two.hearing, two.roll, deadline).holds(deadline)).toBe(true);
    expect(quietAt(two.hearing, two.roll, deadline + 49_999).holds(deadline)).toBe(true);
    expect(quietAt(two.hearing, two.roll, deadline + 50_000).holds(deadline)).toBe(false);
    // Who was silent before the last record is not one of many that nobody hears.
    expect(quietAt(two.hearing, two.roll, deadline).holds(NOON)).toBe(false);
    const one = world(5, 60);
    expect(quietAt(one.hearing, one.roll, deadline).holds(deadline)).toBe(false);
  });
});
