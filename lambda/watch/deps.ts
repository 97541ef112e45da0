import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCoreDeps } from '../core/deps.ts';
import { describeError } from '../core/observe/describe-error.ts';
import { outagesSince } from '../core/reports/outages-since.ts';
import { createCheckpointStore } from '../core/roll/checkpoint.ts';
import { createRollStore } from '../core/roll/store.ts';
import { createWatchTelling } from '../core/telling/for-watch.ts';
import { createTimestampStore } from '../core/timestamps/store.ts';
import type { WatchEnv } from './env.ts';
import { createLogReader } from './log-reader.ts';
import { createRecall } from './recall.ts';
import { createRollReader } from './roll.ts';
import type { TickDeps } from './tick.ts';
import { createTriage } from './triage.ts';
import { createWatchItems } from './watch-items.ts';

/** Builds what a tick needs, once for the life of the process. */
export function createTickDeps(env: WatchEnv, client: DynamoDBClient): TickDeps {
  const { log, now } = createCoreDeps(env);
  const { timestamps: timestampsTable, roll: rollTable } = env.tables;
  const shards = Math.max(env.shards, env.readShards ?? 0);
  const timestamps = createTimestampStore({ client, tableName: timestampsTable, shards });
  const store = createRollStore({ client, tableName: rollTable });
  const { stage, zone, baseUrl, defaultChannels } = env;
  const telling = createWatchTelling({
    client,
    tableName: rollTable,
    timestamps,
    stage,
    zone,
    baseUrl,
    defaults: defaultChannels,
    outagesSince: (instant) => outagesSince(store, instant),
    onReportFailed: (error) => log({ level: 'ERROR', message: 'report cannot be sent', error: describeError(error) }),
  });
  const complain = (message: string) => (source: string, error: unknown) =>
    log({ level: 'ERROR', message, source, error: describeError(error) });
  return {
    now,
    sleep: (ms) => setTimeout(ms),
    timestamps,
    store,
    readLog: createLogReader({ client, tableName: timestampsTable, shards }),
    readRoll: createRollReader({ client, tableName: rollTable, onUnreadable: complain('source cannot be read') }),
    items: createWatchItems({ client, tableName: rollTable }),
    recall: createRecall(createCheckpointStore({ client, tableName: rollTable })),
    triage: createTriage({ timestamps, store }),
    compose: (events, states, { now: at, away }) => telling.tell(events, states, at, away),
    goOn: telling.goOn,
    onUnjudged: complain('source cannot be judged'),
  };
}
