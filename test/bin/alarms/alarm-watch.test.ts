import { describe, expect, it } from 'vitest';
import { type RaisedAlarm, watchAlarms } from '../../../bin/alarms/alarm-watch.ts';

const DEPLOYED = new Date('2026-11-20T12:00:00Z');
const BEFORE: RaisedAlarm = { name: 'old', description: '', since: new Date('2026-11-20T11:59:59Z') };
const AFTER: RaisedAlarm = { name: 'new', description: 'people see errors', since: DEPLOYED };

/** Watches something that is read so many times, with the alarms that each reading finds. */
async function watch(readings: readonly (readonly RaisedAlarm[])[], minutes: number) {
  const waits: number[] = [];
  let reads = 0;
  const raised = await watchAlarms({
    read: () => Promise.resolve(readings[reads++] ?? []),
    since: DEPLOYED,
    minutes,
    wait: async (ms) => waits.push(ms),
  });
  return { raised, reads, waits };
}

describe('A watch of the alarms', () => {
  it('ends as soon as one goes off', async () => {
    expect(await watch([[], [BEFORE, AFTER]], 10)).toEqual({ raised: [AFTER], reads: 2, waits: [30_000] });
  });

  it('looks until the very end, and not longer', async () => {
    expect(await watch([], 1.25)).toEqual({ raised: [], reads: 4, waits: [30_000, 30_000, 15_000] });
    expect((await watch([[], [], [], [AFTER]], 1.25)).raised).toEqual([AFTER]);
  });

  it('looks once where it is to take no time', async () => {
    expect(await watch([[AFTER]], 0)).toEqual({ raised: [AFTER], reads: 1, waits: [] });
  });

  it('holds nothing against a deployment that was there before', async () => {
    expect((await watch([[BEFORE]], 0)).raised).toEqual([]);
  });
});
