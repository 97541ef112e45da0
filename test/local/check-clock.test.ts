import { describe, expect, it } from 'vitest';
import { lowestIdAt, timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';
import { checkClock } from '../../local/check-clock.ts';
import { StartError } from '../../local/start-error.ts';

const NOW = 1_795_212_906_172;

/** Checks a clock that says NOW against a newest record. @returns how long was waited */
async function check(aheadMicros: number | undefined, trusted = false): Promise<number[]> {
  const waited: number[] = [];
  const id = aheadMicros === undefined ? undefined : lowestIdAt(NOW * 1000 + aheadMicros);
  const record = { timestamp: '', clientIp: 'x', protocol: 'http', requestId: 'r' };
  const records = id === undefined ? [] : [{ ...record, id, timestamp: timestampOf(id) }];
  await checkClock({
    timestamps: { list: async () => ({ records, more: false }) },
    trusted,
    now: () => NOW,
    wait: async (milliseconds) => waited.push(milliseconds),
  });
  return waited;
}

describe('the clock of a server that starts', () => {
  it('is right where there is no record, or none that is newer', async () => {
    expect(await check(undefined)).toEqual([]);
    expect(await check(-1)).toEqual([]);
    expect(await check(0)).toEqual([]);
  });

  it('is waited for while it is behind no more than ids may run ahead', async () => {
    expect(await check(1)).toEqual([1]);
    expect(await check(10_000_000)).toEqual([10_000]);
  });

  it.each([
    [10_001_000, '11 seconds'],
    [3_600_000_000, '60 minutes'],
    [86_400_000_000, '24 hours'],
    [366 * 86_400_000_000, '366 days'],
  ])('is said to be behind by %i microseconds, and the server does not start', async (ahead, span) => {
    const failed = check(ahead);
    await expect(failed).rejects.toThrow(StartError);
    await expect(failed).rejects.toThrow(`the clock says 2026-11-20T`);
    await expect(failed).rejects.toThrow(`${span} later`);
    await expect(failed).rejects.toThrow('start with TRUST_CLOCK=1');
  });

  it('may be trusted more than the record', async () => {
    expect(await check(86_400_000_000, true)).toEqual([]);
  });
});
