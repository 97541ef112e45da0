import { describe, expect, it } from 'vitest';
import { repeated } from '../../support/effort.ts';
import { createRandom } from '../faults/random.ts';
import { historyOf } from './history.ts';
import { judgeHistories, judgeHistory } from './run.ts';

/** `npm run soak:roll` goes through a million. */
const HISTORIES = repeated(10_000);
const SPLIT = repeated(500);

describe('the judgement', () => {
  it(`is that of a slow and obvious watch, in ${HISTORIES} random histories`, () => {
    const { failed, kinds } = judgeHistories(0, HISTORIES);
    const again = ({ seed, violations }: (typeof failed)[number]) =>
      `npm run soak:roll -- --seed ${seed}: ${violations[0]}`;
    expect(failed.map(again)).toEqual([]);
    // What was to be tested has happened.
    const reasons = ['silent', 'failed', 'overdue', 'limit'];
    const common = ['opened', 'resolved', 'reopened', 'flapping'].flatMap((kind) => reasons.map((r) => `${kind} ${r}`));
    for (const kind of [...common, 'reminded silent', 'steady failed', 'resolved pause', 'resolved worse']) {
      expect(kinds[kind], kind).toBeGreaterThan(HISTORIES / 1000);
    }
  }, 300_000);

  it.each([
    ['one failure or silence is enough, and so is one success', { isSimple: true, hasStarts: false, isChanged: false }],
    ['of runs, too, where none is silent', { isSimple: true, hasStarts: true, isChanged: false, isNeverSilent: true }],
    [
      'of several in a row, where none is silent',
      { isSimple: false, hasStarts: false, isChanged: false, isNeverSilent: true },
    ],
  ])('ends the same however the log is split into ticks: %s', (_, kind) => {
    const stands = new Set<string>();
    for (let seed = 0; seed < SPLIT; seed++) {
      const history = historyOf(seed, kind);
      const random = createRandom(seed);
      const last = history.steps.length - 1;
      const all = judgeHistory(history).stands;
      expect(judgeHistory(history, (index) => index === last).stands, `seed ${seed}`).toBe(all);
      expect(judgeHistory(history, (index) => index === last || random.chance(0.3)).stands, `seed ${seed}`).toBe(all);
      stands.add(all);
    }
    expect(stands).toEqual(new Set(['up', 'affected', 'down']));
  });
});
