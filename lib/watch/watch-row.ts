import { LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { type Row, sizeOf } from '../dashboard/graphs.ts';
import type { WatchFunction } from './watch-function.ts';

/** The row of the watch, out of the one line that each tick logs: metrics of its own would have a price each. */
export function watchRow({ fn }: WatchFunction, region: string): Row {
  const query = (title: string, view: LogQueryVisualizationType, ...queryLines: string[]) =>
    new LogQueryWidget({
      title,
      region,
      view,
      logGroupNames: [fn.logGroup.logGroupName],
      queryLines: ['filter message = "tick"', ...queryLines],
      ...sizeOf(4),
    });
  return [
    query(
      'Watch: from one tick to the next, s',
      LogQueryVisualizationType.LINE,
      'filter outcome = "done"',
      'stats max(behindMs) / 1000 as age by bin(1m)',
    ),
    query(
      'Watch: sources by standing',
      LogQueryVisualizationType.LINE,
      'stats max(standings.down) as down, max(standings.late) as late, max(standings.affected) as affected, max(standings.waiting) as waiting, max(standings.up) as up by bin(1m)',
    ),
    query(
      'Watch: open outages, and changes a minute',
      LogQueryVisualizationType.LINE,
      'stats max(open) as open, sum(changed) as changes by bin(1m)',
    ),
    query(
      'Watch: how ticks ended, and how long they took',
      LogQueryVisualizationType.TABLE,
      'stats count(*) as ticks, max(durationMs) as longest, sum(readUnits) as reads, sum(writeUnits) as writes by outcome',
    ),
  ];
}
