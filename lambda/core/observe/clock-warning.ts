import type { CoreDeps } from '../deps.ts';
import { countedFields } from './log.ts';

/**
 * Makes what logs and counts that the clock stepped back so far that ids are out of order: who reads on `after` the last one
 * misses those that are recorded until the clock has caught up.
 */
export function createClockWarning({ log, stage, now }: Pick<CoreDeps, 'log' | 'stage' | 'now'>) {
  return (aheadMicros: number): void =>
    log({
      level: 'WARN',
      message: 'the clock stepped back: timestamps follow it, and are out of order until it has caught up',
      aheadSeconds: Math.round(aheadMicros / 1e5) / 10,
      stage,
      ...countedFields(['ClockSteppedBack'], [['stage']], now()),
    });
}
