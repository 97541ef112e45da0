/** A tick of the watch: one pass over the log. docs/adr/0024-the-watch.md says why it is made so. */

import { earliest } from '../core/roll/instants.ts';
import { ROLLCALL } from '../core/roll/items.ts';
import { lastContactOf } from '../core/roll/last-contact.ts';
import type { SourceState } from '../core/roll/state.ts';
import type { RollStore } from '../core/roll/store.ts';
import type { TimestampStore } from '../core/timestamps/store.ts';
import { lowestIdAt } from '../core/timestamps/timestamp-id.ts';
import { catchUp } from './catch-up.ts';
import { isForgotten } from './forgotten.ts';
import { heardOf } from './hearing.ts';
import { inTurns } from './in-turns.ts';
import { judgeIngestion } from './ingestion.ts';
import { deadlineOf, judgeAll, surveyOf } from './judge-all.ts';
import type { LogReader } from './log-reader.ts';
import { movesOf } from './moves.ts';
import { type Compose, emptyOutboxes, WRITES_AT_ONCE } from './outbox.ts';
import { quietAt } from './quiet.ts';
import type { Recall } from './recall.ts';
import type { Roll } from './roll.ts';
import { confirmed } from './silence.ts';
import type { Triage } from './triage.ts';
import type { WatchItems } from './watch-items.ts';

/** So long before what was read lies what is judged: a request may take 10 s, and clocks differ by 2. */
const UNHEARD_MS = 12_000;
/** Less than the time from one tick to the next, so that one that was killed holds up nobody. */
const LEASE_MS = 45_000;
/** People are told that the watch was away if it was for longer than this. */
const AWAY_MS = 300_000;

export interface TickDeps {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly readLog: LogReader;
  readonly readRoll: () => Promise<Roll>;
  readonly timestamps: Pick<TimestampStore, 'list'>;
  readonly store: RollStore;
  readonly items: WatchItems;
  readonly recall: Recall;
  readonly compose: Compose;
  /**
   * Sees to all else that is to be told: it is done last in each tick.
   *
   * @param states all sources, with their last contacts
   * @returns since when something has waited for nobody knows what, in milliseconds since the Unix epoch
   */
  readonly goOn: (states: Iterable<SourceState>, now: number) => Promise<number | undefined>;
  readonly triage: Triage;
  /** Is told of a source that cannot be judged; the others are. */
  readonly onUnjudged: (source: string, error: unknown) => void;
}

/** What a tick did, for the log. */
export interface TickResult {
  /** `held`: another tick is under way. `behind`: there was not the time to read all, so nobody was judged. */
  readonly outcome: 'done' | 'held' | 'behind';
  readonly fields?: Readonly<Record<string, unknown>>;
  /**
   * When the oldest of what an earlier tick has left untold was decided, in milliseconds since the Unix epoch. What waits for
   * the pace of a channel is none of it.
   */
  readonly untoldSince?: number | undefined;
}

/** Makes the tick. It gives up reading at an instant, and goes on from there the next time. */
export function createTick(deps: TickDeps): (giveUpAt: number) => Promise<TickResult> {
  const { now, readRoll, store, items, recall, onUnjudged, triage, goOn, timestamps } = deps;

  return async (giveUpAt) => {
    const at = now();
    if (!(await items.takeLease(at, at + LEASE_MS))) return { outcome: 'held' };
    const before = await items.readReport();
    const [memory, roll] = await Promise.all([recall.read(before, at), readRoll()]);
    const reading = { ...deps, memory, roll, giveUpAt };
    const caughtUp = await catchUp(reading);
    if (caughtUp === undefined) {
      const { position, newest, restoredAt } = memory;
      const chunks = await recall.note(memory, at);
      const { late = [], counts = {} } = before ?? {};
      // Until all is read, nobody is judged by more than what the last report was about.
      const readTo = before?.readTo ?? position;
      await items.writeReport({ at, readTo, position, newest, restoredAt, late, counts, chunks });
      return { outcome: 'behind', fields: { position: new Date(position).toISOString() } };
    }
    const { hearing, readTo } = caughtUp;
    const judgedAt = readTo - UNHEARD_MS;
    // The same for two ticks at the same instant, and the order of ticks.
    const tick = lowestIdAt(at * 1000);
    const quiet = quietAt(hearing, roll, judgedAt);
    const left = [...roll.states.values()].flatMap(({ outbox = {} }) => Object.values(outbox));

    /** Stores what is to change, unless somebody was faster: then that is judged by the next tick. */
    const write = (states: Iterable<SourceState>) =>
      inTurns(states, WRITES_AT_ONCE, async (state) => {
        if (await store.putState(state, state.version - 1)) roll.states.set(state.source, state);
      });

    const bench = { roll, circumstances: { judgedAt, tick }, onUnjudged };
    const verdicts = judgeAll(hearing, bench);
    const sure = verdicts.filter(({ confirm }) => !confirm);
    await write(sure.map(({ state }) => state));
    // What is still untold must not wait for those who are silent in a moment.
    const ahead = { ...bench, circumstances: { judgedAt: left.length > 0 ? judgedAt : readTo, tick } };
    const suspects = quiet.isQuiet
      ? []
      : judgeAll(hearing, ahead).filter((one) => one.confirm && !quiet.holds(deadlineOf(one, roll)));
    const silent = await confirmed(suspects, hearing, { ...reading, bench: ahead, unheardMs: UNHEARD_MS });
    await write(silent.map(({ state }) => state));
    const ingestion = judgeIngestion(roll.states.get(ROLLCALL), quiet, hearing.newest, { judgedAt, tick });
    if (ingestion !== undefined) await write([ingestion]);

    const moves = movesOf(memory, hearing, roll, readTo, before?.position);
    await inTurns(moves, WRITES_AT_ONCE, async ({ state, isLeaving, isDoubtful }) => {
      const isGone = isDoubtful ? await isForgotten(state.source, timestamps) : false;
      if (isGone) memory.sources.delete(state.source);
      if (isGone !== false) return;
      if (!(await store.putState(state, state.version - 1))) return;
      roll.states.set(state.source, state);
      if (isLeaving) memory.sources.delete(state.source);
    });

    const open = [...roll.states.values()].filter(({ outage }) => outage !== undefined);
    await triage.goOn(open, before?.readTo ?? readTo, readTo);
    const full = [...roll.states.values()].filter(({ outbox }) => outbox !== undefined);
    const awayMs = readTo - (before?.readTo ?? readTo);
    const moment = { now: readTo, away: awayMs > AWAY_MS ? awayMs : undefined };
    const contactOf = (state: SourceState) => lastContactOf(state, heardOf(hearing, roll, state.source));
    const waiting = await emptyOutboxes(full, { ...deps, sumUp: triage.begin, moment, lastContactOf: contactOf });

    const chunks = await recall.note(memory, at);
    const { counts, late } = surveyOf(hearing, roll, readTo);
    const { position } = memory;
    const { newest, restoredAt } = hearing;
    await items.writeReport({
      at,
      readTo,
      position,
      newest,
      restoredAt,
      blindSince: quiet.blindSince,
      late,
      counts,
      chunks,
    });
    const stuck = await goOn(withContacts(roll, contactOf), readTo);
    const untold = [stuck, ...left.filter(({ id }) => !waiting.has(id)).map((one) => one.at)];
    return {
      outcome: 'done',
      fields: {
        behindMs: at - (before?.at ?? at),
        hot: memory.sources.size,
        changed: sure.length + silent.length,
        suspects: suspects.length,
        open: open.length,
        standings: counts,
        blind: quiet.blindSince !== undefined || undefined,
      },
      untoldSince: earliest(...untold),
    };
  };
}

/** All sources, made when they are asked for: most ticks have no use for them. */
function* withContacts({ states }: Roll, contactOf: (state: SourceState) => number | undefined): Iterable<SourceState> {
  for (const state of states.values()) yield { ...state, lastContact: contactOf(state) };
}
