import type { ListedOutage } from '../../core/roll/outage-store.ts';
import type { Outage } from '../../core/roll/state.ts';
import { instant, outageSummary } from '../sources/view.ts';

/** An outage as it is told; instants are RFC 3339 in UTC. */
export interface OutageView {
  readonly id: string;
  readonly source: string;
  readonly startedAt: string;
  /** Absent while it is open. */
  readonly endedAt?: string | undefined;
  readonly endedBy?: string | undefined;
  readonly reason: string;
  readonly detail?: string | undefined;
  readonly acknowledgedAt?: string | undefined;
  readonly acknowledgedBy?: string | undefined;
  readonly notes?: readonly NoteView[];
}

export interface NoteView {
  readonly at: string;
  readonly by?: string | undefined;
  readonly text: string;
}

/** The columns of outages, in CSV. */
export const OUTAGE_COLUMNS: readonly (keyof OutageView)[] = [
  'id',
  'source',
  'startedAt',
  'endedAt',
  'endedBy',
  'reason',
  'detail',
  'acknowledgedAt',
  'acknowledgedBy',
];

export function outageView({ source, endedAt, endedBy, ...open }: ListedOutage): OutageView {
  const { id, startedAt, ...rest } = outageSummary(open);
  return { id, source, startedAt, ...(endedAt !== undefined && { endedAt: instant(endedAt), endedBy }), ...rest };
}

export function outageWithNotes({ notes, ...outage }: Outage): OutageView {
  return {
    ...outageView(outage),
    notes: notes.map(({ at, by, text }) => ({
      at: new Date(at).toISOString(),
      ...(by !== undefined && { by }),
      text,
    })),
  };
}
