/** What a month of the watch costs. */
import { bytesOf } from './log-lines.ts';
import type { Tick } from './measure-watch.ts';
import { ASSUMED, type Bill, HOURS, PRICES, totalOf } from './model.ts';
import type { WatchShape } from './shape.ts';

/** It ticks once a minute, whatever comes. */
export const TICKS_A_MONTH = HOURS * 60;
/** No more sources than these are measured: beyond them all grows with their number but what is written. */
export const MOST_MEASURED = 10_000;

/** The sources of which a tick is measured, for the cost of so many. */
export function measuredSources(sources: number): number {
  return Math.min(sources, MOST_MEASURED);
}

/** A tick of so many sources, out of one of `measuredSources` of them. The checkpoint is spread over ticks: as much is written. */
export function tickOf(measured: Tick, sources: number): Tick {
  const factor = Math.max(1, sources / MOST_MEASURED);
  const { cpuMs, ms, readUnits } = measured;
  return { ...measured, cpuMs: cpuMs * factor, ms: ms * factor, readUnits: readUnits * factor };
}

/** The milliseconds that Lambda bills for a tick, if its share of a processor were given out evenly. */
export function billedTickMs({ memoryMb }: Pick<WatchShape, 'memoryMb'>, { cpuMs, waits }: Tick): number {
  const share = Math.min(1, memoryMb / ASSUMED.mbOfOneProcessor);
  return Math.ceil(cpuMs / share + waits * ASSUMED.roundTripMs);
}

/** The cost of a month of ticks, by service. The alarms of the watch are among those that stand. */
export function watchBill(shape: WatchShape, tick: Tick): Bill {
  const seconds = (TICKS_A_MONTH * billedTickMs(shape, tick)) / 1000;
  return new Map([
    ['Scheduler', TICKS_A_MONTH * PRICES.schedule],
    ['Lambda requests', TICKS_A_MONTH * PRICES.lambdaRequest],
    ['Lambda duration', seconds * (shape.memoryMb / 1024) * PRICES.lambdaGbSecond],
    ['DynamoDB writes', TICKS_A_MONTH * tick.writeUnits * PRICES.writeUnit],
    ['DynamoDB reads', TICKS_A_MONTH * tick.readUnits * PRICES.readUnit],
    ['Logs of the function', ((TICKS_A_MONTH * bytesOf(tick.lines)) / 1e9) * PRICES.logGb],
  ]);
}

/** What a stage would save without its watch. */
export function watchCost(shape: WatchShape, tick: Tick): number {
  return totalOf(watchBill(shape, tick)) + shape.alarmMetrics * PRICES.alarmMetricMonth;
}
