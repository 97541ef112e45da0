/** The outage of Rollcall itself: nothing at all comes in. Its source is `rollcall`, which nobody can expect anything of. */
import { ROLLCALL } from '../core/roll/items.ts';
import { eventId, outageId } from '../core/roll/outage-id.ts';
import type { RollEvent, SourceState } from '../core/roll/state.ts';
import type { Quiet } from './quiet.ts';

/** So long nothing must have come that should have. */
export const BLIND_MS = 600_000;

/**
 * What changes of the source `rollcall`.
 *
 * @param newest when the last record of all came
 * @returns undefined if nothing changes
 */
export function judgeIngestion(
  before: SourceState | undefined,
  { isQuiet, blindSince }: Quiet,
  newest: number | undefined,
  { judgedAt, tick }: { readonly judgedAt: number; readonly tick: string },
): SourceState | undefined {
  const state = before ?? { source: ROLLCALL, version: 0, standing: 'unwatched', since: judgedAt };
  const { outage } = state;
  const version = state.version + 1;
  const changed = (kind: RollEvent['kind'], event: RollEvent['outage'], next: Partial<SourceState>): SourceState => {
    const id = eventId(event.id, kind, version);
    const one: RollEvent = { id, kind, source: ROLLCALL, at: judgedAt, outage: event, told: true, tick };
    return { ...state, ...next, version, outbox: { ...state.outbox, [id]: one } };
  };
  if (outage === undefined) {
    if (blindSince === undefined || judgedAt - blindSince < BLIND_MS) return undefined;
    const id = outageId(ROLLCALL, blindSince, 'silent');
    const opened = {
      id,
      startedAt: blindSince,
      reason: 'silent',
      detail: 'nothing comes in',
      toldAt: judgedAt,
    } as const;
    return changed('opened', opened, { standing: 'down', since: blindSince, outage: opened });
  }
  if (isQuiet || newest === undefined || newest <= outage.startedAt) return undefined;
  const ended = { ...outage, endedAt: newest, endedBy: 'answer' } as const;
  return changed('resolved', ended, { standing: 'unwatched', since: newest, outage: undefined, lastOutage: ended });
}
