import {
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  RestoreTableToPointInTimeCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableId } from '../../lambda/core/dynamo/tables.ts';
import { StageError } from '../shared/stage-error.ts';
import { type Comparison, compareTables } from './compare-tables.ts';
import { drillNameOf, isOfDrill, type Pace, removeTable, untilActive } from './drill-tables.ts';

export interface DrillOptions {
  readonly client: DynamoDBClient;
  readonly stage: string;
  /** The names of the live tables. */
  readonly tables: ReadonlyMap<TableId, string>;
  /** The names of all tables that there are: those of a drill that did not end are removed first. */
  readonly present: readonly string[];
  /** How many shards of timestamps are read. */
  readonly shards: number;
  readonly pace: Pace;
  /** Ends the drill; what it has made is removed all the same. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** How many items of each table are compared. @default 100 */
  readonly sample?: number;
}

/** What a drill found. */
export interface Drilled {
  /** What it could not remove, and why. */
  readonly left: readonly string[];
  /** The moment to which the tables were restored, in milliseconds since the Unix epoch. */
  readonly moment: number;
  readonly tables: readonly (Comparison & { /** How long its restore took. */ readonly milliseconds: number })[];
}

/**
 * Restores all tables of a stage beside the live ones, to the last moment to which all of them can be, compares them, and
 * removes them, however it ends.
 */
export async function drillRestore(options: DrillOptions): Promise<Drilled> {
  const { client, stage, tables, present, shards, pace, signal, log } = options;
  for (const name of present.filter((one) => isOfDrill(one, stage))) {
    log(`Removing ${name}, which an earlier drill has left.`);
    await removeTable(client, name, pace);
  }
  const moments: number[] = [];
  for (const name of tables.values()) moments.push(await latestMoment(client, name));
  const moment = Math.min(...moments);
  const made: string[] = [];
  // When the restore of one table fails, nobody waits for the others any more.
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const left: string[] = [];
  let drilled: Omit<Drilled, 'left'>;
  try {
    drilled = await restoreAndCompare();
  } finally {
    failed.abort();
    if (made.length > 0) log(`Removing ${made.join(', ')}`);
    // All of them, also when one cannot be.
    const removals = await Promise.allSettled(made.map((name) => removeTable(client, name, pace)));
    left.push(
      ...removals.flatMap((one, index) => (one.status === 'rejected' ? [`${made[index]}: ${one.reason}`] : [])),
    );
    for (const one of left) log(`Not removed, the next drill tries again: ${one}`);
  }
  return { ...drilled, left };

  async function restoreAndCompare(): Promise<Omit<Drilled, 'left'>> {
    const begun = pace.now();
    for (const [id, live] of tables) {
      signal.throwIfAborted();
      const target = drillNameOf(stage, id, begun);
      // Before it is asked for: the answer may be lost, and the table there.
      made.push(target);
      log(`Restoring ${live} to ${new Date(moment).toISOString()} as ${target}`);
      await client.send(
        new RestoreTableToPointInTimeCommand({
          SourceTableName: live,
          TargetTableName: target,
          RestoreDateTime: new Date(moment),
        }),
      );
    }
    const done = await Promise.all(
      [...tables].map(async ([id, live]) => {
        const restored = drillNameOf(stage, id, begun);
        const ended = await untilActive(client, restored, pace, either);
        const compared = await compareTables({ client, id, live, restored, moment, shards }, options.sample);
        return { ...compared, milliseconds: ended - begun };
      }),
    );
    return { moment, tables: done };
  }
}

/** The last moment to which a table can be restored, in milliseconds since the Unix epoch. */
async function latestMoment(client: DynamoDBClient, TableName: string): Promise<number> {
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  const latest = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.LatestRestorableDateTime;
  if (latest === undefined) throw new StageError(`${TableName} cannot be restored: its point-in-time recovery is off.`);
  return latest.getTime();
}
