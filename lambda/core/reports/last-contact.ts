import { ROLLCALL } from '../roll/items.ts';
import type { SourceState, Standing } from '../roll/state.ts';
import { csvLine } from '../text/csv.ts';

const DAY = 86_400_000;

/** A source that was not heard for long. */
export interface Unheard {
  readonly source: string;
  readonly standing: Standing;
  /** In milliseconds since the Unix epoch. @default - it was never heard */
  readonly lastContact?: number | undefined;
  /** Whole days since then. @default - it was never heard */
  readonly days?: number | undefined;
}

/**
 * Who was last heard more than so many days ago, longest first; before them, who is expected and was never heard.
 *
 * @param now milliseconds since the Unix epoch
 */
export function lastContactReport(states: Iterable<SourceState>, days: number, now: number): readonly Unheard[] {
  const found: Unheard[] = [];
  for (const { source, standing, lastContact, since } of states) {
    if (source === ROLLCALL) continue;
    // What was never heard counts from when it is expected.
    if ((lastContact ?? since) > now - days * DAY) continue;
    found.push({
      source,
      standing,
      ...(lastContact !== undefined && { lastContact, days: Math.floor((now - lastContact) / DAY) }),
    });
  }
  const instantOf = ({ lastContact = Number.NEGATIVE_INFINITY }: Unheard) => lastContact;
  return found.sort((a, b) => {
    const [first, second] = [instantOf(a), instantOf(b)];
    if (first !== second) return first < second ? -1 : 1;
    return a.source < b.source ? -1 : 1;
  });
}

/** The report as CSV of RFC 4180, with a head. */
export function lastContactCsv(found: readonly Unheard[]): string {
  const rows = found.map(({ source, standing, lastContact, days }) =>
    csvLine([
      source,
      standing,
      lastContact === undefined ? 'never' : new Date(lastContact).toISOString(),
      String(days ?? ''),
    ]),
  );
  return csvLine(['source', 'standing', 'lastContact', 'days']) + rows.join('');
}
