import { type Expectation, expectationOf } from '../../core/roll/expectation.ts';
import { nextDue, standingNow } from '../../core/roll/judge.ts';
import type { ListedSource } from '../../core/roll/source-store.ts';
import type { Heard, OpenOutage, SourceState, Standing, WatchReport } from '../../core/roll/state.ts';
import { type Run, recentRuns } from './runs.ts';

/** How a source stands, as it is told; instants are RFC 3339 in UTC. */
export interface SourceSummary {
  readonly source: string;
  readonly standing: Standing;
  readonly since: string;
  readonly lastContact?: string | undefined;
  readonly nextDue?: string | undefined;
  readonly every?: string | undefined;
  readonly cron?: string | undefined;
  readonly tz?: string | undefined;
  readonly tags: readonly string[];
  readonly flapping?: true | undefined;
  readonly outage?: OutageSummary | undefined;
}

interface OutageSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly reason: string;
  readonly detail?: string | undefined;
  readonly acknowledgedAt?: string | undefined;
  readonly acknowledgedBy?: string | undefined;
}

/** All that is known of a source. */
export interface SourceView extends SourceSummary {
  readonly expectation?: Expectation | undefined;
  readonly runs: readonly Run[];
}

/** The columns of the roll, in CSV. */
export const SOURCE_COLUMNS: readonly (keyof SourceSummary)[] = [
  'source',
  'standing',
  'since',
  'lastContact',
  'nextDue',
  'every',
  'cron',
  'tz',
  'tags',
  'flapping',
  'outage',
];

/** Those that a terminal shows. */
export const TEXT_COLUMNS: readonly (keyof SourceSummary)[] = ['standing', 'source', 'lastContact', 'nextDue'];

/** An instant in milliseconds since the Unix epoch, as RFC 3339 in UTC. */
export function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** @param standing the one of the list that it stands in, if it does: the index may lag behind. @default - as of now */
export function summaryOf(
  state: SourceState,
  heard: Heard | undefined,
  now: number,
  standing?: Standing,
): SourceSummary {
  const expectation = expectationOf(state.expectation);
  const { every, cron, tz, tags = [] } = expectation ?? {};
  return {
    source: state.source,
    standing: standing ?? standingNow(expectation, state, heard, now),
    since: new Date(state.since).toISOString(),
    lastContact: instant(later(state.lastContact, heard?.lastContact)),
    nextDue: instant(nextDue(expectation, state, heard, now)),
    ...(every !== undefined && { every }),
    ...(cron !== undefined && { cron, tz: tz ?? 'UTC' }),
    tags,
    ...(state.flappingSince !== undefined && { flapping: true as const }),
    ...(state.outage && { outage: outageSummary(state.outage) }),
  };
}

/** What the watch has found; null before it has looked for the first time. */
export function watchView(watch: WatchReport | undefined) {
  if (watch === undefined) return null;
  const { at, blindSince, counts } = watch;
  return { at: instant(at), ...(blindSince !== undefined && { blindSince: instant(blindSince) }), counts };
}

/** @param records of the source, newest first */
export function viewOf(
  state: SourceState,
  heard: Heard | undefined,
  records: Parameters<typeof recentRuns>[0],
  now: number,
): SourceView {
  return {
    ...summaryOf(state, heard, now),
    expectation: expectationOf(state.expectation),
    runs: recentRuns(records),
  };
}

export function outageSummary(outage: OpenOutage): OutageSummary {
  const { id, startedAt, reason, detail, acknowledgedAt, acknowledgedBy } = outage;
  return {
    id,
    startedAt: new Date(startedAt).toISOString(),
    reason,
    ...(detail !== undefined && { detail }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: instant(acknowledgedAt), acknowledgedBy }),
  };
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

/** The state of a source that stands in a list: one that is late is up. */
export function stateOf({ standing, ...state }: ListedSource): SourceState {
  return { ...state, standing: standing === 'late' ? 'up' : standing };
}
