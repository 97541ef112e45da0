import { describe, expect, it } from 'vitest';
import type { SourceState } from '../../lambda/core/roll/state.ts';
import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import {
  createTriage,
  MOST_CHARACTERS,
  roundBetween,
  split,
  sumUp,
  TRIAGE_BACK_MS,
  TRIAGE_EVERY_MS,
} from '../../lambda/watch/triage.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const record = (fields: Partial<TimestampRecord> = {}): TimestampRecord => ({
  id: 'id',
  timestamp: '2026-11-20T12:00:00.000000Z',
  clientIp: '192.0.2.1',
  protocol: 'https',
  requestId: 'r',
  ...fields,
});

describe('the rounds of triage', () => {
  it('come every half hour for a day, each once, whatever stretches are looked at', () => {
    const day = 25 * 3_600_000;
    for (const step of [30_000, 60_000, 420_000]) {
      const rounds: number[] = [];
      for (let from = NOON; from < NOON + day; from += step) {
        const round = roundBetween(NOON, from, from + step);
        if (round !== undefined) rounds.push(round);
      }
      expect(rounds).toEqual(Array.from({ length: 48 }, (_, index) => index + 1));
    }
  });

  it('are one after an absence, the last that was missed', () => {
    expect(roundBetween(NOON, NOON, NOON + 5 * TRIAGE_EVERY_MS)).toBe(5);
    expect(roundBetween(NOON, NOON - 60_000, NOON)).toBeUndefined();
  });
});

describe('the notes', () => {
  it('are none of nothing, and say what came, the newest first', () => {
    expect(sumUp([], false, 'noon')).toEqual([]);
    const failed = record({ state: 'fail', run: 'a', exit: 2, values: { disk: 93.5 }, note: 'disk\n  full' });
    expect(sumUp([failed, record({ exit: 0 }), record()], true, 'noon')).toEqual([
      [
        'Since noon: the last 3 records, 1 failure. The last: 2026-11-20T12:00:00.000000Z.',
        '2026-11-20T12:00:00.000000Z fail exit 2 run a disk = 93.5 "disk full"',
        '2026-11-20T12:00:00.000000Z exit 0',
        '2026-11-20T12:00:00.000000Z success',
      ].join('\n'),
    ]);
  });

  it('are three at most, of at most 1,500 characters, of whole lines, and say how many are left out', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index} ${'x'.repeat(index % 90)}`);
    const notes = split(lines);
    expect(notes).toHaveLength(3);
    expect(notes.every((note) => note.length <= MOST_CHARACTERS)).toBe(true);
    const shown = notes.flatMap((note) => note.split('\n'));
    const [, left] = /^… and (\d+) more$/.exec(shown.at(-1) ?? '') ?? [];
    expect(shown.slice(0, -1)).toEqual(lines.slice(0, lines.length - Number(left)));
    const [cut] = split(['y'.repeat(2_000)]);
    expect(cut).toBe(`${'y'.repeat(MOST_CHARACTERS - 1)}…`);
  });
});

describe('triage', () => {
  it('asks for a week before an outage opens and for half an hour after, and its notes replace each other', async () => {
    const asked: (number | undefined)[] = [];
    const notes = new Map<string, string>();
    const triage = createTriage({
      timestamps: {
        list: async ({ from }) => {
          asked.push(from);
          return { records: [record()], more: false };
        },
      },
      store: {
        addNote: async (outage, { at, by, text }, key) => {
          notes.set(`${outage} ${at} ${by} ${key}`, text);
        },
      },
    });
    const outage = { id: 'o', startedAt: NOON, reason: 'silent' } as const;
    const event = { id: 'e', kind: 'opened', source: 'x', at: NOON, outage, told: true, tick: 't' } as const;
    await triage.begin(event);
    await triage.begin(event);
    const down: SourceState = { source: 'x', version: 1, standing: 'down', since: NOON, outage };
    await triage.goOn([down, { ...down, outage: undefined }], NOON, NOON + 60_000);
    await triage.goOn([down], NOON + TRIAGE_EVERY_MS - 1, NOON + TRIAGE_EVERY_MS + 60_000);
    const week = (NOON - TRIAGE_BACK_MS) * 1000;
    expect(asked).toEqual([week, week, NOON * 1000]);
    expect([...notes.keys()]).toEqual([
      `o ${NOON} rollcall rollcall-0`,
      `o ${NOON + TRIAGE_EVERY_MS} rollcall rollcall-0`,
    ]);
  });
});
