/** Sources that enter the roll by themselves, and those that have been silent for so long that they are written down. */
import { ROLLCALL } from '../core/roll/items.ts';
import { enter } from '../core/roll/judge.ts';
import type { SourceState } from '../core/roll/state.ts';
import { microsOf } from '../core/timestamps/timestamp-id.ts';
import type { Hearing } from './hearing.ts';
import type { Memory } from './memory.ts';
import type { Roll } from './roll.ts';

/** A source that is silent for so long is no longer remembered, but written down. */
const PARKED_MS = 3_600_000;
/** The most of them in one tick; the others come in the next. */
const MOST_MOVED = 2_000;

export interface Move {
  readonly state: SourceState;
  /** Whether the memory need not know it any more, once that is stored. */
  readonly isLeaving: boolean;
  /** Whether it should have entered before: its item may have been erased, and its records. */
  readonly isDoubtful?: boolean;
}

/** @param knownTo the position of an earlier tick, in which those heard before it have entered. @default - there was none */
export function movesOf(
  memory: Memory,
  hearing: Hearing & { readonly sources: Iterable<string> },
  roll: Roll,
  now: number,
  knownTo = Number.NEGATIVE_INFINITY,
) {
  const moves: Move[] = [];
  for (const source of new Set([...memory.sources.keys(), ...hearing.sources])) {
    if (moves.length >= MOST_MOVED) break;
    const heard = hearing.get(source);
    if (heard?.lastId === undefined || source === ROLLCALL) continue;
    const seen = microsOf(heard.lastId) / 1000;
    const state = roll.states.get(source);
    if (state === undefined) {
      moves.push({ state: enter(source, heard, Math.floor(seen)), isLeaving: false, isDoubtful: seen < knownTo });
    } else if (state.parked?.lastId === heard.lastId) {
      memory.sources.delete(source);
    } else if (seen < now - PARKED_MS) {
      // What is settled is all that there is: it was silent since.
      const { lastContact = state.lastContact } = heard;
      moves.push({ state: { ...state, version: state.version + 1, lastContact, parked: heard }, isLeaving: true });
    }
  }
  return moves;
}
