import type { Heard, SourceState } from './state.ts';

/** The last contact of a source: its item has an early one, and what was heard since, or until it fell silent, a later. */
export function lastContactOf(
  { lastContact, parked }: Pick<SourceState, 'lastContact' | 'parked'>,
  heard: Heard | undefined = parked,
): number | undefined {
  const known = [lastContact, heard?.lastContact].filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
