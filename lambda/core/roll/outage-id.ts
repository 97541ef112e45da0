/** The names of outages and of events: the same whoever decides, so that nothing happens twice. */
import { createHash } from 'node:crypto';
import { makeId } from '../timestamps/timestamp-id.ts';
import type { Reason, RollEvent } from './state.ts';

/** The roll lies in so many partitions. */
export const ROLL_SHARDS = 4;

/** The partition of the roll that a source lies in. */
export function rollShardOf(source: string): number {
  return (digest(source)[0] ?? 0) % ROLL_SHARDS;
}

/** The id of an outage: a UUIDv7 of the moment it began. */
export function outageId(source: string, startedAt: number, reason: Reason): string {
  const micros = Math.round(startedAt * 1000);
  return makeId(micros, rollShardOf(source), digest(`${source}\n${micros}\n${reason}`));
}

/** The id of an event: one version of a source has at most one of a kind for an outage. */
export function eventId(outage: string, kind: RollEvent['kind'], version: number): string {
  return `${outage}-${kind}-${version}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
