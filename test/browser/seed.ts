import type { TimestampRecord } from '../../lambda/core/timestamps/record.ts';
import type { TimestampStore } from '../../lambda/core/timestamps/store.ts';
import { createIdSource, timestampOf } from '../../lambda/core/timestamps/timestamp-id.ts';

const MICROS_PER_SECOND = 1_000_000;

/**
 * Records timestamps, a second apart.
 *
 * @param last when the newest one is, in milliseconds since the epoch
 * @returns them, newest first
 */
export async function seed(
  store: TimestampStore,
  count: number,
  last: number,
  fields: (index: number) => Partial<TimestampRecord> = () => ({}),
): Promise<TimestampRecord[]> {
  let now = last * 1000 - count * MICROS_PER_SECOND;
  const nextId = createIdSource({ shards: 8, now: () => now });
  const records = Array.from({ length: count }, (_, i): TimestampRecord => {
    now += MICROS_PER_SECOND;
    const id = nextId();
    const timestamp = timestampOf(id);
    return { id, timestamp, clientIp: '203.0.113.7', protocol: 'https', requestId: `r-${i}`, ...fields(i) };
  });
  const rest = records.values();
  const work = async () => {
    for (const record of rest) await store.put(record);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return records.toReversed();
}
