/** The metrics of the roll in the text of OpenMetrics 1.0 (github.com/prometheus/OpenMetrics), which Prometheus reads as its own. */
import type { Standing } from '../../core/roll/state.ts';

/** All gauges that there are, and what each means. The dashboards and the alert rules in docs/ use these names. */
export const GAUGES = {
  rollcall_sources: 'Sources by standing, as the watch counted them.',
  rollcall_source_up:
    'Whether a source is up or late: 1; or down: 0. Those that are paused, waiting or unwatched are neither.',
  rollcall_source_standing: 'The standing of a source: 1 for the one that it has.',
  rollcall_source_last_contact_timestamp_seconds: 'When a source was heard last.',
  rollcall_source_next_due_timestamp_seconds: 'When a source should answer next, before grace.',
  rollcall_source_running: 'Runs of a source that have begun and not ended.',
  rollcall_outage_started_timestamp_seconds: 'When the outage of a source began that is open.',
  rollcall_open_outages: 'Outages that are open.',
  rollcall_watch_age_seconds: 'How long ago that is up to which the watch has read.',
  rollcall_sources_left_out: 'Whether there are more sources than are told here: 1; or not: 0.',
} as const satisfies Readonly<Record<`rollcall_${string}`, string>>;

/** What is told of a source; instants are in milliseconds since the Unix epoch. */
export interface MeasuredSource {
  readonly source: string;
  readonly standing: Standing;
  readonly lastContact?: number | undefined;
  readonly nextDue?: number | undefined;
  readonly running: number;
  readonly outage?: { readonly startedAt: number; readonly reason: string } | undefined;
}

export interface Measured {
  readonly sources: readonly MeasuredSource[];
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
  readonly leftOut: boolean;
  /** In milliseconds; undefined if nobody has watched yet. */
  readonly watchAge: number | undefined;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

const UP: Readonly<Partial<Record<Standing, number>>> = { up: 1, late: 1, affected: 1, down: 0 };

export function openMetrics({ sources, counts, leftOut, watchAge }: Measured): string {
  const ofEach = (
    measure: (source: MeasuredSource) => number | undefined,
    labelsOf: (source: MeasuredSource) => Labels = () => ({}),
  ) =>
    sources.flatMap((one): Sample[] => {
      const value = measure(one);
      return value === undefined ? [] : [[{ source: one.source, ...labelsOf(one) }, value]];
    });
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
  const samples: Readonly<Record<keyof typeof GAUGES, readonly Sample[]>> = {
    rollcall_sources: Object.entries(counts).map(([standing, count]): Sample => [{ standing }, count]),
    rollcall_source_up: ofEach(({ standing }) => UP[standing]),
    rollcall_source_standing: ofEach(
      () => 1,
      ({ standing }) => ({ standing }),
    ),
    rollcall_source_last_contact_timestamp_seconds: ofEach(({ lastContact }) => seconds(lastContact)),
    rollcall_source_next_due_timestamp_seconds: ofEach(({ nextDue }) => seconds(nextDue)),
    rollcall_source_running: ofEach(({ running }) => running),
    rollcall_outage_started_timestamp_seconds: ofEach(
      ({ outage }) => seconds(outage?.startedAt),
      ({ outage }) => ({ reason: outage?.reason ?? '' }),
    ),
    rollcall_open_outages: [[{}, sources.filter(({ outage }) => outage).length]],
    rollcall_watch_age_seconds: watchAge === undefined ? [] : [[{}, watchAge / 1000]],
    rollcall_sources_left_out: [[{}, leftOut ? 1 : 0]],
  };
  const families = Object.entries(GAUGES).map(([name, help]) => {
    const lines = Object.entries(samples).find(([one]) => one === name)?.[1] ?? [];
    return `# TYPE ${name} gauge\n# HELP ${name} ${help}\n${lines.map(([labels, value]) => `${name}${labelsText(labels)} ${value}\n`).join('')}`;
  });
  return `${families.join('')}# EOF\n`;
}

/** Sources and standings need no escape: they are of letters, digits, dots, hyphens and underscores. */
function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
