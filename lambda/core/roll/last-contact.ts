import { latest } from './instants.ts';
import type { Heard, SourceState } from './state.ts';

/** The last contact of a source: its item has an early one, and what was heard since, or until it fell silent, a later. */
export function lastContactOf(
  { lastContact, parked }: Pick<SourceState, 'lastContact' | 'parked'>,
  heard: Heard | undefined = parked,
): number | undefined {
  return latest(lastContact, heard?.lastContact);
}
