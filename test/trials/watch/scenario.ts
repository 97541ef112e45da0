/** What the watch is put through, and what is asked of it. */
import type { Report } from './report.ts';
import type { SimulationOptions } from './simulation.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 20);

/** The index five minutes behind, ticks doubled and killed, the watch away for three hours, nothing arriving for 20 minutes. */
export function scenario({
  seed,
  hours,
  sources,
}: Pick<SimulationOptions, 'seed' | 'hours' | 'sources'>): SimulationOptions {
  const span = (share: number, ms: number) => {
    const from = START + Math.round((hours * share * HOUR) / 60_000) * 60_000;
    return { from, to: from + ms };
  };
  return {
    seed,
    hours,
    sources,
    start: START,
    shards: 4,
    ingestionOff: span(0.3, 20 * 60_000),
    watchOff: span(0.6, 3 * HOUR),
    indexLag: 5 * 60_000,
    doubled: 0.05,
    killed: 0.04,
  };
}

/** What of a simulation is not as it must be. */
export function failuresOf(outcome: Report): string[] {
  const { latencies, killedLatencies, recoveries } = outcome;
  const p50 = latencies[Math.floor(latencies.length / 2)] ?? 0;
  const failures = [
    ...outcome.false.map((name) => `false: ${name}`),
    ...outcome.missed.map((name) => `missed: ${name}`),
    ...outcome.doubled.map((name) => `doubled: ${name}`),
    ...outcome.wrong,
  ];
  if (p50 > 60_000) failures.push(`half of it is told after more than ${p50} ms`);
  const longest = Math.max(latencies.at(-1) ?? 0, killedLatencies.at(-1) ?? 0);
  if (longest > 130_000) failures.push(`something is told after ${longest} ms, though one tick at most was killed`);
  if ((recoveries.at(-1) ?? 0) > 75_000) failures.push(`an end is told after ${recoveries.at(-1)} ms`);
  if (outcome.groupsAfterAbsence > 1)
    failures.push(`what was found after the absence came in ${outcome.groupsAfterAbsence} groups`);
  const kinds = outcome.ingestion.map((one) => one.split(' ')[0]).join(' ');
  if (kinds !== 'opened resolved') failures.push(`ingestion: ${outcome.ingestion.join(', ') || 'nothing'}`);
  return failures;
}
