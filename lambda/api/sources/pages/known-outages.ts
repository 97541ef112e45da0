import type { ListedOutage, OutageStore } from '../../../core/roll/outage-store.ts';
import type { ListedSource } from '../../../core/roll/source-store.ts';
import { type BarOutage, barBegin } from './month-bar.ts';

/**
 * The most outages that are read for the bars of a page, those that began last: mostly 15 of each of four partitions, which
 * is less than 4 KB, half a read unit each.
 */
const MOST_OUTAGES = 32;

/** The outages of sources, by their names. */
export interface KnownOutages {
  readonly outages: ReadonlyMap<string, readonly BarOutage[]>;
  /** Since when those are all, in milliseconds since the Unix epoch. */
  readonly knownFrom: number;
}

/** The outages that began last, of whomever, and since when they are all that there were. */
export async function recentOutages(roll: Pick<OutageStore, 'listOutages'>) {
  const { outages, more } = await roll.listOutages({ limit: MOST_OUTAGES });
  return { outages, knownFrom: more ? outages.at(-1)?.startedAt : undefined };
}

/** What is known of the outages of some sources: those that began last, and those that their own states tell of. */
export function knownOutages(
  sources: readonly ListedSource[],
  { outages, knownFrom }: Awaited<ReturnType<typeof recentOutages>>,
  now: number,
): KnownOutages {
  const from = barBegin(now);
  const bySource = new Map<string, Map<string, BarOutage>>();
  const take = (source: string, outage: Omit<ListedOutage, 'source'> | undefined) => {
    if (outage === undefined || (outage.endedAt ?? now) < from) return;
    const known = bySource.get(source) ?? new Map<string, BarOutage>();
    bySource.set(source, known.set(outage.id, outage));
  };
  for (const { source, ...outage } of outages) take(source, outage);
  // The history lags behind what sources know of themselves.
  for (const { source, outage, lastOutage } of sources) {
    take(source, lastOutage);
    take(source, outage);
  }
  return {
    outages: new Map([...bySource].map(([source, known]) => [source, [...known.values()]])),
    knownFrom: knownFrom ?? Number.NEGATIVE_INFINITY,
  };
}
