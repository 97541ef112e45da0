/** Triage: what a source has said lately, summed up in notes on its outage, when it opens and every 30 minutes after. */
import type { RollEvent, SourceState } from '../core/roll/state.ts';
import type { RollStore } from '../core/roll/store.ts';
import { isFailure, type TimestampRecord } from '../core/timestamps/record.ts';
import type { TimestampStore } from '../core/timestamps/store.ts';
import { inTurns } from './in-turns.ts';

/** Of a note. */
export const MOST_CHARACTERS = 1_500;
/** Of one triage. */
const MOST_NOTES = 3;
/** How often an open outage is summed up, and for how long. */
export const TRIAGE_EVERY_MS = 1_800_000;
const MOST_ROUNDS = 48;
/** How far back the first one goes. */
export const TRIAGE_BACK_MS = 7 * 86_400_000;
/** How many records it looks at. */
export const MOST_TRIAGED = 100;

/**
 * The round of triage that an outage is due for, if one came due in a stretch of time: 1 after half an hour.
 *
 * @returns undefined if none did
 */
export function roundBetween(openedAt: number, from: number, to: number): number | undefined {
  const round = Math.floor((to - openedAt) / TRIAGE_EVERY_MS);
  const isNew = round > Math.floor((from - openedAt) / TRIAGE_EVERY_MS);
  return isNew && round >= 1 && round <= MOST_ROUNDS ? round : undefined;
}

/**
 * The notes that sum some records of a source up; none of no records.
 *
 * @param records newest first
 * @param more whether there were more than these
 */
export function sumUp(records: readonly TimestampRecord[], more: boolean, since: string): string[] {
  const [newest] = records;
  if (newest === undefined) return [];
  const failures = records.filter(isFailure);
  const count = (name: string, some: readonly unknown[]) => `${some.length} ${name}${some.length === 1 ? '' : 's'}`;
  const lines = [
    `Since ${since}: ${more ? 'the last ' : ''}${count('record', records)}, ${count('failure', failures)}. The last: ${newest.timestamp}.`,
    ...records.map(lineOf),
  ];
  return split(lines);
}

function lineOf({ timestamp, state, run, exit, values, note }: TimestampRecord): string {
  const said = Object.entries(values ?? {}).map(([name, value]) => `${name} = ${value}`);
  const parts = [
    timestamp,
    state ?? (exit === undefined ? 'success' : undefined),
    exit === undefined ? undefined : `exit ${exit}`,
  ];
  const more = [run && `run ${run}`, ...said, note && `"${note.replaceAll(/\s+/g, ' ').slice(0, 200)}"`];
  return [...parts, ...more].filter(Boolean).join(' ');
}

/** Lines in as few notes as they fit, each line whole; what does not fit into the most notes is left out, and said to be. */
export function split(lines: readonly string[]): string[] {
  const notes: string[] = [];
  let note = '';
  for (const [index, line] of lines.entries()) {
    const whole = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1)}…` : line;
    const next = note === '' ? whole : `${note}\n${whole}`;
    const isLast = notes.length === MOST_NOTES - 1;
    const left = `… and ${lines.length - index} more`;
    // In the last note there is room for a word on what is left out.
    if (next.length > MOST_CHARACTERS - (isLast && index < lines.length - 1 ? left.length + 1 : 0)) {
      if (isLast) return [...notes, `${note}\n${left}`];
      notes.push(note);
      note = whole;
    } else note = next;
  }
  return [...notes, note];
}

/** Triage, as a tick does it. */
export interface Triage {
  /** Sums up what came before an outage; may be done again for the same event. */
  readonly begin: (event: RollEvent) => Promise<void>;
  /** Sums up what came since, of those whose round came due in a stretch of time. */
  readonly goOn: (open: readonly SourceState[], from: number, to: number) => Promise<void>;
}

export interface TriageOptions {
  readonly timestamps: Pick<TimestampStore, 'list'>;
  readonly store: Pick<RollStore, 'addNote'>;
}

const BY = 'rollcall';
const AT_ONCE = 4;

export function createTriage({ timestamps, store }: TriageOptions): Triage {
  /** @param at the instant of the notes: the same when it is done again, so that they replace each other */
  async function write(outage: string, source: string, from: number, at: number): Promise<void> {
    const page = await timestamps.list({ source, limit: MOST_TRIAGED, from: from * 1000 });
    const notes = sumUp(page.records, page.more, new Date(from).toISOString());
    for (const [index, text] of notes.entries()) await store.addNote(outage, { at, by: BY, text }, `${BY}-${index}`);
  }

  return {
    begin: ({ source, at, outage }) => write(outage.id, source, at - TRIAGE_BACK_MS, at),

    goOn: (open, from, to) =>
      inTurns(open, AT_ONCE, async ({ source, since, outage }) => {
        const round = roundBetween(since, from, to);
        if (round === undefined || outage === undefined) return;
        const at = since + round * TRIAGE_EVERY_MS;
        await write(outage.id, source, at - TRIAGE_EVERY_MS, at);
      }),
  };
}
