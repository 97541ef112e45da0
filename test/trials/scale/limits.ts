export { readUnits, sizeOf, type WireItem, writeUnits } from '../../../bin/cost/units.ts';

/**
 * What DynamoDB allows, as far as it says so. Sources: DynamoDB developer guide, "Best practices for designing partition
 * keys", "Burst and adaptive capacity", "On-demand capacity mode", "Warm throughput", "Service quotas" (November 2026).
 */
export const DYNAMODB = {
  /** One partition key, in either capacity mode: adaptive capacity and bursts reach this and never more. */
  keyWriteUnits: 1_000,
  keyReadUnits: 3_000,
  /** A new on-demand table, and each of its indexes, counts as one that has peaked at half of these. */
  newWriteUnits: 4_000,
  newReadUnits: 12_000,
  /** How long it takes until twice a peak is allowed. */
  doublingMs: 30 * 60 * 1000,
  /** The quota of an account for each table and for each index, until AWS raises it. */
  quotaUnits: 40_000,
  /** What one answer reads at most. */
  pageBytes: 1024 * 1024,
} as const;

/** So many units in each second of the clock, and none that an earlier second left over. */
export class PerSecond {
  private second = -1;
  private used = 0;

  /** What the second of `now` has left of `limit`. */
  left(now: number, limit: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used = 0;
    }
    return limit - this.used;
  }

  take(units: number): void {
    this.used += units;
  }

  /** What was taken in the second that was asked for last. */
  get taken(): number {
    return this.used;
  }
}

/**
 * The capacity of an on-demand table or index. It allows twice the highest second of earlier half hours, at least what
 * a new table or its warm throughput allows, and at most the quota. DynamoDB often grows faster; it promises no more.
 */
export class OnDemandCapacity {
  private readonly perSecond = new PerSecond();
  private readonly least: number;
  private period = 0;
  private peak = 0;
  private earlierPeak = 0;

  /** @param least units a second from the start: those of a new table, or its warm throughput */
  constructor(least: number) {
    this.least = least;
  }

  limit(now: number): number {
    const period = Math.floor(now / DYNAMODB.doublingMs);
    if (period !== this.period) {
      this.period = period;
      this.earlierPeak = Math.max(this.earlierPeak, this.peak);
    }
    return Math.min(DYNAMODB.quotaUnits, Math.max(this.least, 2 * this.earlierPeak));
  }

  left(now: number): number {
    return this.perSecond.left(now, this.limit(now));
  }

  take(units: number): void {
    this.perSecond.take(units);
    this.peak = Math.max(this.peak, this.perSecond.taken);
  }
}
