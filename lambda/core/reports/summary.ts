import type { OpenOutage, SourceState } from '../roll/state.ts';

/** An outage as far as the summary needs it. */
export interface OutageSpan extends Pick<OpenOutage, 'id' | 'startedAt' | 'reason'> {
  readonly source: string;
  readonly endedAt?: number | undefined;
}

/** How a source did in a time. */
export interface SourceSummary {
  readonly source: string;
  /** The share of the time in which it was not down, from 0 to 1. */
  readonly uptime: number;
  readonly outages: number;
  /** In milliseconds. */
  readonly downMs: number;
  /** The longest outage within the time, in milliseconds. */
  readonly longestMs: number;
}

export interface Summary {
  readonly from: number;
  readonly to: number;
  /** The sources that are expected, worst first. */
  readonly sources: readonly SourceSummary[];
  readonly outages: number;
  /** Of all sources together. */
  readonly uptime: number;
}

/**
 * How the sources that are expected did from one instant to another. A value beyond its limit is no time down. Outages
 * come from the history, and from the sources themselves, which know the present one and the last.
 */
export function summaryOf(
  states: Iterable<SourceState>,
  history: Iterable<OutageSpan>,
  { from, to }: Pick<Summary, 'from' | 'to'>,
): Summary {
  const bySource = new Map<string, Map<string, OutageSpan>>();
  const add = (outage: OutageSpan) => {
    const known = bySource.get(outage.source) ?? new Map<string, OutageSpan>();
    bySource.set(outage.source, known.set(outage.id, outage));
  };
  for (const outage of history) add(outage);
  const expected: string[] = [];
  for (const { source, expectation, lastOutage, outage } of states) {
    if (expectation === undefined) continue;
    expected.push(source);
    // Newer than the history, which is written after them.
    for (const one of [lastOutage, outage]) if (one !== undefined) add({ source, ...one });
  }
  const sources = expected.map((source) =>
    summaryOfSource(source, [...(bySource.get(source)?.values() ?? [])], from, to),
  );
  sources.sort((a, b) => b.downMs - a.downMs || b.outages - a.outages || (a.source < b.source ? -1 : 1));
  const sum = (of: (one: SourceSummary) => number) => sources.reduce((total, one) => total + of(one), 0);
  const uptime = sources.length === 0 ? 1 : sum((one) => one.uptime) / sources.length;
  return { from, to, sources, outages: sum((one) => one.outages), uptime };
}

function summaryOfSource(source: string, outages: readonly OutageSpan[], from: number, to: number): SourceSummary {
  const spans = outages
    .filter(({ reason }) => reason !== 'limit')
    .map(({ startedAt, endedAt = to }) => ({ start: Math.max(from, startedAt), end: Math.min(to, endedAt) }))
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start);
  let downMs = 0;
  let counted = from;
  for (const { start, end } of spans) {
    // Outages of a source do not overlap, unless one was noticed late.
    downMs += Math.max(0, end - Math.max(start, counted));
    counted = Math.max(counted, end);
  }
  const longestMs = Math.max(0, ...spans.map(({ start, end }) => end - start));
  return { source, uptime: 1 - downMs / (to - from), outages: spans.length, downMs, longestMs };
}
