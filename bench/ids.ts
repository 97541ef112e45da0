import { createIdSource } from '../lambda/core/timestamps/timestamp-id.ts';

const MICROS_PER_SECOND = 1_000_000;

/**
 * The ids of timestamps that were recorded one a second, the oldest first.
 *
 * @param now when the last one was, in milliseconds since the epoch
 */
export function idsUntil(now: number, count: number, shards: number): string[] {
  let micros = now * 1000 - count * MICROS_PER_SECOND;
  const nextId = createIdSource({ shards, now: () => (micros += MICROS_PER_SECOND) });
  return Array.from({ length: count }, nextId);
}
