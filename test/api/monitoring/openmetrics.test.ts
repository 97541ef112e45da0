import { describe, expect, it } from 'vitest';
import { GAUGES, openMetrics } from '../../../lambda/api/monitoring/openmetrics.ts';

const MEASURED = {
  sources: [
    {
      source: 'backup',
      standing: 'down' as const,
      lastContact: 1_500,
      nextDue: 2_000,
      running: 1,
      outage: { startedAt: 2_000, reason: 'silent' },
    },
    { source: 'new', standing: 'waiting' as const, running: 0 },
  ],
  counts: { down: 1, waiting: 1 },
  leftOut: false,
  watchAge: 12_500,
};

describe('the metrics of the roll', () => {
  it('are the text of OpenMetrics', () => {
    const lines = openMetrics(MEASURED)
      .split('\n')
      .filter((line) => !line.startsWith('# TYPE') && !line.startsWith('# HELP'));
    expect(lines).toEqual([
      'rollcall_sources{standing="down"} 1',
      'rollcall_sources{standing="waiting"} 1',
      'rollcall_source_up{source="backup"} 0',
      'rollcall_source_standing{source="backup",standing="down"} 1',
      'rollcall_source_standing{source="new",standing="waiting"} 1',
      'rollcall_source_last_contact_timestamp_seconds{source="backup"} 1.5',
      'rollcall_source_next_due_timestamp_seconds{source="backup"} 2',
      'rollcall_source_running{source="backup"} 1',
      'rollcall_source_running{source="new"} 0',
      'rollcall_outage_started_timestamp_seconds{source="backup",reason="silent"} 2',
      'rollcall_open_outages 1',
      'rollcall_watch_age_seconds 12.5',
      'rollcall_sources_left_out 0',
      '# EOF',
      '',
    ]);
  });

  it('say of each gauge what it is, once, in front of its samples, whether it has any or not', () => {
    const text = openMetrics({ sources: [], counts: {}, leftOut: true, watchAge: undefined });
    for (const [name, help] of Object.entries(GAUGES)) {
      expect(text.split(`# TYPE ${name} gauge\n# HELP ${name} ${help}\n`)).toHaveLength(2);
      // promtool check metrics asks for these of gauges.
      expect(name).not.toMatch(/_total$|_count$|_sum$|_bucket$/);
    }
    expect(text).toContain('rollcall_sources_left_out 1\n# EOF\n');
  });
});
