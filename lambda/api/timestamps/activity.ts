/** How many timestamps there were in each minute, hour, day or week. All instants are milliseconds since the epoch. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The first Monday: weeks begin with it (ISO 8601). */
const MONDAY = 4 * DAY;

/** From the finest on; `zero` is where one of them begins. */
const UNITS = [
  { unit: 'minute', length: MINUTE, zero: 0 },
  { unit: 'hour', length: HOUR, zero: 0 },
  { unit: 'day', length: DAY, zero: 0 },
  { unit: 'week', length: 7 * DAY, zero: MONDAY },
] as const;

/** More than this many are too thin to see; fewer look as if it had been busy all the time. */
const MOST_SLOTS = 240;
const LEAST_SLOTS = 24;

export interface Activity {
  /** Of UTC. */
  readonly unit: (typeof UNITS)[number]['unit'];
  /** Where the first slot begins and where the last one ends. */
  readonly from: number;
  readonly to: number;
  /** How many slots there are between the two. */
  readonly slots: number;
  /** Those that are not empty, oldest first. */
  readonly bars: readonly Bar[];
}

export interface Bar {
  /** The number of the slot, from 0 on. */
  readonly slot: number;
  /** Where the slot begins. */
  readonly start: number;
  readonly count: number;
}

/** Counts instants in the finest unit that shows all of them. @returns undefined when there are none */
export function countActivity(instants: readonly number[]): Activity | undefined {
  if (instants.length === 0) return undefined;
  const sorted = instants.toSorted((a, b) => a - b);
  const [oldest = 0, newest = 0] = [sorted[0], sorted.at(-1)];
  const spanIn = ({ length, zero }: (typeof UNITS)[number]) => {
    const numberOf = (instant: number) => Math.floor((instant - zero) / length);
    return { numberOf, last: numberOf(newest), count: numberOf(newest) - numberOf(oldest) + 1 };
  };
  const fitting = UNITS.find((unit) => spanIn(unit).count <= MOST_SLOTS) ?? UNITS[3];
  const { numberOf, last, count } = spanIn(fitting);
  const slots = Math.max(count, LEAST_SLOTS);
  const first = last - slots + 1;
  const startOf = (number: number) => fitting.zero + number * fitting.length;

  const counts = new Map<number, number>();
  for (const instant of sorted) counts.set(numberOf(instant), (counts.get(numberOf(instant)) ?? 0) + 1);
  const bars = [...counts].map(([number, count]) => ({ slot: number - first, start: startOf(number), count }));
  return { unit: fitting.unit, from: startOf(first), to: startOf(last + 1), slots, bars };
}
