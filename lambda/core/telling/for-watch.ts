/** All that a tick of the watch needs to tell people. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createReporter, createReportMarks, type ReporterOptions } from '../reports/send-reports.ts';
import { expectationOf } from '../roll/expectation.ts';
import { earliest } from '../roll/instants.ts';
import type { RollEvent, SourceState } from '../roll/state.ts';
import type { TimestampStore } from '../timestamps/store.ts';
import type { Told } from './phrases.ts';
import { createTellingStore } from './store.ts';
import { createTeller, redriveNotices } from './tell.ts';

export interface WatchTellingOptions
  extends Pick<ReporterOptions, 'stage' | 'zone' | 'baseUrl' | 'defaults' | 'outagesSince'> {
  readonly client: DynamoDBClient;
  /** The table of the roll. */
  readonly tableName: string;
  readonly timestamps: Pick<TimestampStore, 'list'>;
  /** Is told of a report that could not be made; it is tried again with the next tick. */
  readonly onReportFailed: (error: unknown) => void;
}

export interface WatchTelling {
  /**
   * Tells events of the outboxes. It may be called again with the same: each is told once.
   *
   * @param away how long the watch was away before, in milliseconds. @default - it was not
   * @returns the ids of those that may leave their outboxes; the others wait for the pace of a channel
   */
  tell(
    events: readonly RollEvent[],
    states: ReadonlyMap<string, SourceState>,
    now: number,
    away?: number,
  ): Promise<ReadonlySet<string>>;
  /**
   * Hands on what nobody has sent, and sends the reports that are due. It is called once a tick. A report that fails lets
   * the watch go on.
   *
   * @returns since when something waits, in milliseconds since the Unix epoch: a notice that nobody tries to send, or a report
   */
  goOn(states: Iterable<SourceState>, now: number): Promise<number | undefined>;
}

/** The most sources whose last notes are looked for: a message among many shows little of each. */
const MOST_NOTES = 20;
/** What is told of an outage that goes on has a note; what is over has none to help. */
const WITH_NOTES: ReadonlySet<RollEvent['kind']> = new Set(['opened', 'reopened', 'reminded']);

export function createWatchTelling(options: WatchTellingOptions): WatchTelling {
  const { client, tableName, timestamps, onReportFailed, ...place } = options;
  const store = createTellingStore({ client, tableName });
  const tell = createTeller({ ...store, ...place });
  const report = createReporter({ ...store, ...place, marks: createReportMarks({ client, tableName }) });

  let reportFailedSince: number | undefined;

  async function lastNotes(events: readonly RollEvent[]): Promise<ReadonlyMap<string, string>> {
    const sources = new Set(
      events.filter(({ kind, told }) => told && WITH_NOTES.has(kind)).map(({ source }) => source),
    );
    const found = await Promise.all(
      [...sources].slice(0, MOST_NOTES).map(async (source) => {
        const { records } = await timestamps.list({ source, limit: 1 });
        return [source, records[0]?.note ?? ''] as const;
      }),
    );
    return new Map(found);
  }

  return {
    async tell(events, states, now, away) {
      const notes = await lastNotes(events);
      const told = events.map((event): Told => {
        const { expectation, lastContact } = states.get(event.source) ?? {};
        return { event, expectation: expectationOf(expectation), lastContact, lastNote: notes.get(event.source) };
      });
      return tell({ told, now, away });
    },

    async goOn(states, now) {
      const unsentSince = await redriveNotices(store, now);
      try {
        await report(states, now);
        reportFailedSince = undefined;
      } catch (error) {
        onReportFailed(error);
        reportFailedSince ??= now;
      }
      return earliest(unsentSince, reportFailedSince);
    },
  };
}
