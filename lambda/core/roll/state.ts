/**
 * The words of the roll: what is known of a source, of its outages, and of what people are told. All instants are in
 * milliseconds since the Unix epoch.
 */

/** How a source stands, worst first. `late` is up: it is due, within its grace. `affected` is up with a value beyond its limit. */
export const STANDINGS = ['down', 'late', 'affected', 'waiting', 'paused', 'up', 'unwatched'] as const;
export type Standing = (typeof STANDINGS)[number];
/** The standings that are stored: whether a source is late is a matter of the moment. */
export type StoredStanding = Exclude<Standing, 'late'>;

/** The reason of an outage: nothing was heard, a run failed, a run did not end, a value is beyond its limit. */
export const REASONS = ['silent', 'failed', 'overdue', 'limit'] as const;
export type Reason = (typeof REASONS)[number];

/**
 * What ended an outage: an answer, a pause, that nothing of the kind is expected any more, or that it became worse: a value
 * was beyond its limit, and now the source is down, which is an outage of its own.
 */
export const ENDS = ['answer', 'pause', 'removal', 'worse'] as const;
export type End = (typeof ENDS)[number];

/** An outage that is open, as the source's own item has it. */
export interface OpenOutage {
  /** A UUIDv7 of the moment it began; the same whoever opens it, so that nothing opens twice. */
  readonly id: string;
  /** When the source was due and silent, or failed: not when the watch noticed. */
  readonly startedAt: number;
  readonly reason: Reason;
  /** For people: `exit 2`, `disk = 93.5, at most 90`. */
  readonly detail?: string | undefined;
  readonly acknowledgedAt?: number | undefined;
  readonly acknowledgedBy?: string | undefined;
  /** When it was told last. */
  readonly toldAt?: number | undefined;
}

/** An outage as its history has it. */
export interface Outage extends OpenOutage {
  readonly source: string;
  /** When it ended, if it has. */
  readonly endedAt?: number | undefined;
  readonly endedBy?: End | undefined;
  /** In the order in which they were written. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly at: number;
  /** The name of the principal, or `rollcall`. @default - nobody in particular */
  readonly by?: string | undefined;
  /** At most 1,500 characters. */
  readonly text: string;
}

/** The changes of a source that are told, and the reminder of one. */
export const EVENT_KINDS = ['opened', 'reopened', 'resolved', 'reminded', 'flapping', 'steady'] as const;

/** Something to be told of a source: one change of its standing, or a reminder. */
export interface RollEvent {
  /** The same however often it is decided and sent: the id of the outage, the kind and the version that it made. */
  readonly id: string;
  readonly kind: (typeof EVENT_KINDS)[number];
  readonly source: string;
  readonly at: number;
  /** The outage that it is about, as it is then. */
  readonly outage: OpenOutage & { readonly endedAt?: number | undefined; readonly endedBy?: End | undefined };
  /** Whether people are told; if not, it is for the history only: the end of an outage by a pause, changes while it flaps. */
  readonly told: boolean;
  /** The tick that decided it: what one tick decides is one message a channel. */
  readonly tick: string;
}

/** What is known of a source: one item, changed by one conditional write each. */
export interface SourceState {
  readonly source: string;
  /** Grows by one with each change; a change that was decided on an older one is refused. */
  readonly version: number;
  readonly standing: StoredStanding;
  /** Since when it stands so. */
  readonly since: number;
  /** The expectation as it was put, as JSON text: see expectation.ts. @default - nothing is expected */
  readonly expectation?: string | undefined;
  /**
   * The last answer (of a source of which nothing is expected: the last contact), or an earlier one: what was heard since
   * is in the checkpoint of the watch, and in the log.
   */
  readonly lastContact?: number | undefined;
  /** The next answer is due a period after this, if that is later: it was resumed, a window ended, it is expected anew. */
  readonly baseline?: number | undefined;
  /** What was heard until then is held against nobody: it was paused, or nothing was expected. */
  readonly forgivenTo?: number | undefined;
  /** When its maintenance windows were changed: those that ended until then were none. */
  readonly windowsSince?: number | undefined;
  /** By whom it is paused: somebody, or a maintenance window. */
  readonly pausedBy?: 'request' | 'window' | undefined;
  readonly outage?: OpenOutage | undefined;
  /** The successes in a row when a silent or overdue outage opened: those that end it come after them. */
  readonly before?: Pick<Streak, 'count' | 'since'> | undefined;
  /** The last outage, which is reopened if the next one begins within 10 minutes of its end. */
  readonly lastOutage?: (OpenOutage & { readonly endedAt: number; readonly endedBy: End }) | undefined;
  /** When it opened or resolved in the last hour: more than 6 is flapping. */
  readonly changes?: readonly number[] | undefined;
  /** Since when it flaps: nothing of it is told until it was steady for 30 minutes. */
  readonly flappingSince?: number | undefined;
  /** What was heard of it until it fell silent for an hour, and the watch forgot it. */
  readonly parked?: Heard | undefined;
  /** What is still to be told, and to be written to the history, by the ids of the events. */
  readonly outbox?: Readonly<Record<string, RollEvent>> | undefined;
}

/** Answers of one kind in a row. */
export interface Streak {
  readonly count: number;
  /** The instants of the first and of the last. */
  readonly since: number;
  readonly at: number;
}

/**
 * The streaks of good and of bad answers that can still matter, the longest and oldest first: one is forgotten when a later
 * one is as long, or 100. So it can be said for each number up to 100 when so many in a row were last reached, whatever
 * number is asked for, and however the log was split into ticks. Mostly there is one of each.
 */
export interface Streaks {
  readonly good: readonly Streak[];
  readonly bad: readonly Streak[];
  /** The kind of the last answer. */
  readonly last: 'good' | 'bad';
}

/** The readings of a value: bad are those beyond the limit that is noted here. When the limit changes, they begin anew. */
export interface Readings extends Streaks {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly value: number;
}

/** What the log says of a source: a fold over its records in the order of their ids. */
export interface Heard {
  /** Of the last record that was folded: one that is not later was folded, or is known too late to count. */
  readonly lastId?: string | undefined;
  /** The last record that counts as a contact: any but `log`. */
  readonly lastContact?: number | undefined;
  /** The last answer: a success, or a failure. A `start` is none. */
  readonly lastAnswer?: number | undefined;
  /** The last record that says that all is well: it has no state, or `success`. */
  readonly lastSuccess?: number | undefined;
  readonly answers?: Streaks | undefined;
  /** Of the last failure: `exit 2`. */
  readonly detail?: string | undefined;
  /** The runs that have begun and not ended, by their ids; one without an id is ''. At most 100, the newest. */
  readonly runs: Readonly<Record<string, number>>;
  /** By the names of the values that have limits. */
  readonly values: Readonly<Record<string, Readings>>;
}

/** What the last pass of the watch found. */
export interface WatchReport {
  /** When it began, in milliseconds; older than a few minutes means that nobody watches. */
  readonly at: number;
  /** Up to when all that was recorded is known; until it has caught up after an absence, long ago. */
  readonly readTo: number;
  /** Everything before this instant is folded, and read no more. */
  readonly position: number;
  /** The last record of all. */
  readonly newest?: number | undefined;
  /** Since when nothing at all has come in, though it should. */
  readonly blindSince?: number | undefined;
  /** When something came in again after that. */
  readonly restoredAt?: number | undefined;
  /** The sources that are due, within their grace, in the order of their names: the first 200. */
  readonly late: readonly string[];
  /** How many sources stand so; those that are late are up, or affected, too. */
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
  /** How many parts the checkpoint has: checkpoint.ts. */
  readonly chunks: number;
}
