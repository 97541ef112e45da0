import { expect, it } from 'vitest';
import { createClockWarning } from '../../../lambda/core/observe/clock-warning.ts';
import type { LogLine } from '../../../lambda/core/observe/log.ts';

it('a clock that stepped back is a warning in the log, and is counted', () => {
  const lines: LogLine[] = [];
  createClockWarning({ log: (line) => lines.push(line), stage: 'local', now: () => 1_795_212_906_172 })(3_600_000_000);
  expect(lines).toEqual([
    {
      level: 'WARN',
      message: expect.stringContaining('the clock stepped back'),
      aheadSeconds: 3600,
      stage: 'local',
      ClockSteppedBack: 1,
      _aws: {
        Timestamp: 1_795_212_906_172,
        CloudWatchMetrics: [
          { Namespace: 'Rollcall', Dimensions: [['stage']], Metrics: [{ Name: 'ClockSteppedBack' }] },
        ],
      },
    },
  ]);
});
