/** A roll of a house that is as such houses are, for pictures, tests and measurements: the same at the same instant, always. */
import { outageId } from '../lambda/core/roll/outage-id.ts';
import type { Outage, Reason, SourceState, StoredStanding, WatchReport } from '../lambda/core/roll/state.ts';
import type { RollStore } from '../lambda/core/roll/store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const JOBS = ['backup', 'certificates', 'door', 'invoices', 'mail', 'meter', 'mirror', 'report', 'sensor', 'sync'];
const PLACES = ['berlin', 'cadiz', 'lyon', 'madrid', 'oslo', 'porto', 'riga', 'turin', 'vienna', 'zagreb'];

/** What is unlike all others, by the number of the source. */
const ODD: Readonly<Record<number, { standing: StoredStanding; reason?: Reason; detail?: string; hours?: number }>> = {
  23: { standing: 'down', reason: 'silent', hours: 2.3 },
  57: { standing: 'down', reason: 'failed', detail: 'exit 2', hours: 0.4 },
  41: { standing: 'affected', reason: 'limit', detail: 'disk = 97.5, at most 95', hours: 5 },
  12: { standing: 'paused' },
  70: { standing: 'waiting' },
  88: { standing: 'unwatched' },
  89: { standing: 'unwatched' },
};
/** Due, and within its grace. */
const LATE = 64;

export interface SampleRoll {
  readonly states: readonly SourceState[];
  readonly outages: readonly Omit<Outage, 'notes'>[];
  readonly watch: WatchReport;
}

/** The roll of up to 100 sources at an instant, in milliseconds since the Unix epoch. */
export function sampleRoll(count: number, now: number): SampleRoll {
  const outages: Omit<Outage, 'notes'>[] = [];
  const states = Array.from({ length: count }, (_, i) => {
    const source = `${JOBS[i % 10]}-${PLACES[Math.floor(i / 10) % 10]}`;
    const { standing = 'up', reason, detail, hours = 0 } = ODD[i] ?? {};
    // Remainders look like chance and are none.
    for (let past = i % 7 === 3 ? (i % 3) + 1 : 0; past > 0; past--) {
      const startedAt = now - ((i * 7919 + past * 104_729) % 28) * DAY - ((i * 31) % 20) * HOUR - 3 * HOUR;
      const endedAt = startedAt + (((i * 17 + past * 5) % 9) + 0.3) * HOUR;
      if (endedAt >= now - DAY) continue;
      const why = past % 2 === 0 ? 'failed' : 'silent';
      outages.push({
        id: outageId(source, startedAt, why),
        source,
        startedAt,
        endedAt,
        endedBy: 'answer',
        reason: why,
      });
    }
    const startedAt = Math.round(now - hours * HOUR);
    const open = reason && { id: outageId(source, startedAt, reason), startedAt, reason, ...(detail && { detail }) };
    if (open) outages.push({ source, ...open });
    const lastContact = i === LATE ? now - DAY - 4 * MINUTE : now - ((i * 37) % 1_380) * MINUTE - 40_000;
    const heard = standing !== 'waiting' && { lastContact: standing === 'down' ? startedAt - DAY : lastContact };
    const state: SourceState = {
      source,
      version: 1,
      standing,
      since: open ? startedAt : now - ((i * 13) % 29) * DAY - HOUR,
      ...heard,
      ...(open && { outage: open }),
      ...(standing === 'paused' && { pausedBy: 'request' as const }),
      ...(standing !== 'unwatched' && { expectation: expectationAt(i) }),
    };
    return state;
  });
  const counts = Object.fromEntries(
    [...new Set(states.map(({ standing }) => standing))].map((standing) => [
      standing,
      states.filter((state) => state.standing === standing).length,
    ]),
  );
  const late = states.filter((_, i) => i === LATE).map(({ source }) => source);
  const watch = {
    at: now - 21_000,
    readTo: now - 33_000,
    position: now - HOUR,
    chunks: 1,
    late,
    counts: { ...counts, late: late.length },
  };
  return { states, outages, watch };
}

function expectationAt(i: number): string {
  const job = JOBS[i % 10] ?? '';
  return JSON.stringify({
    ...(i % 4 === 1 ? { cron: `${i % 60} ${i % 24} * * *`, tz: 'Europe/Madrid' } : { every: '1d' }),
    grace: '1h',
    early: '1m',
    ...(['backup', 'report'].includes(job) && { maxRun: '40m' }),
    failures: 1,
    recoveries: 1,
    limits: i % 5 === 0 || job === 'report' ? { disk: { max: 95, of: 3 } } : {},
    windows: [],
    tags: [['prod', 'eu'], ['prod'], ['lab'], []][i % 4],
  });
}

/** Stores a sample as the watch would have left it. */
export async function fillRoll(roll: RollStore, { states, outages }: SampleRoll): Promise<void> {
  for (const state of states) await roll.putState(state, 0);
  for (const { source, ...outage } of outages) {
    const at = outage.endedAt ?? outage.startedAt;
    const kind = outage.endedAt === undefined ? 'opened' : 'resolved';
    await roll.recordEvent({ id: `${outage.id}-${kind}-1`, kind, source, at, outage, told: true, tick: 'sample' });
  }
}
