/** Values with how often they came: the latencies of a minute. */
export type Bucket = readonly [value: number, count: number];

/** A metric, minute by minute. */
export class Series {
  private readonly sums: Float64Array;
  private readonly samples: Float64Array;
  private readonly values: readonly Float64Array[] | undefined;
  private readonly percentiles = new Map<string, Float64Array>();
  /** What it was, each minute, before the first; undefined if there was nothing. */
  before: number | undefined;
  private readonly buckets: ((minute: number) => readonly Bucket[]) | undefined;

  private constructor(
    sums: Float64Array,
    samples: Float64Array,
    buckets?: (minute: number) => readonly Bucket[],
    maxima?: Float64Array,
  ) {
    const running = (values: Float64Array) => {
      const result = new Float64Array(values.length + 1);
      for (let i = 0; i < values.length; i += 1) result[i + 1] = (result[i] ?? 0) + (values[i] ?? 0);
      return result;
    };
    this.sums = running(sums);
    this.samples = running(samples);
    this.buckets = buckets;
    this.values = maxima && [maxima];
  }

  /** What is counted. `samples` says of how many; without it each minute is one, and with `sparse` only those with a count. */
  static ofCounts(
    counts: Float64Array,
    { samples, sparse = false }: { samples?: Float64Array; sparse?: boolean } = {},
  ) {
    return new Series(counts, samples ?? counts.map((count) => (count > 0 || !sparse ? 1 : 0)));
  }

  /** One value a minute where `isThere` says so. @param before the value of the minutes before the first. @default - none */
  static ofValues(values: Float64Array, isThere: (minute: number) => boolean, before?: number): Series {
    const samples = values.map((_, minute) => Number(isThere(minute)));
    const sums = values.map((value, minute) => (isThere(minute) ? value : 0));
    const series = new Series(sums, samples, undefined, values);
    series.before = before;
    return series;
  }

  /** Many values a minute. */
  static ofBuckets(minutes: number, buckets: (minute: number) => readonly Bucket[]): Series {
    const total = (of: (bucket: Bucket) => number) =>
      Float64Array.from({ length: minutes }, (_, minute) => buckets(minute).reduce((sum, one) => sum + of(one), 0));
    return new Series(
      total(([value, count]) => value * count),
      total(([, count]) => count),
      buckets,
    );
  }

  /** How much of it there is from one minute on, up to but without the other. */
  samplesIn(from: number, to: number): number {
    return (this.samples[Math.max(to, 0)] ?? 0) - (this.samples[Math.max(from, 0)] ?? 0);
  }

  /** A statistic of these minutes; NaN if there is no data. */
  statistic(name: string, from: number, to: number): number {
    const samples = this.samplesIn(from, to);
    if (samples === 0) return Number.NaN;
    const sum = (this.sums[Math.max(to, 0)] ?? 0) - (this.sums[Math.max(from, 0)] ?? 0);
    if (name === 'Sum') return sum;
    if (name === 'Average') return sum / samples;
    if (to - from !== 1) throw new Error(`${name} of more than a minute is not simulated`);
    if ((name === 'Maximum' || name === 'Minimum') && this.values) return this.values[0]?.[from] ?? Number.NaN;
    if (/^p\d+(\.\d+)?$/.test(name) && this.buckets) return this.percentile(name, from);
    throw new Error(`${name} of such a metric is not simulated`);
  }

  private percentile(name: string, minute: number): number {
    const known = this.percentiles.get(name) ?? new Float64Array(this.sums.length).fill(Number.NaN);
    this.percentiles.set(name, known);
    const before = known[minute] ?? Number.NaN;
    if (!Number.isNaN(before)) return before;
    const sorted = (this.buckets?.(minute) ?? []).filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b);
    let left = (Number(name.slice(1)) / 100) * sorted.reduce((sum, [, count]) => sum + count, 0);
    const found = sorted.find(([, count]) => {
      left -= count;
      return left <= 0;
    });
    const value = found?.[0] ?? Number.NaN;
    known[minute] = value;
    return value;
  }
}
