import { parseEnv } from '../../../lambda/api/env.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { createTimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import type { Mutate } from './process.ts';
import { FAULTS, type Fault, startFaultProxy } from './proxy.ts';
import { type Outcome, type ProcessHooks, runSchedule, timeOf } from './schedule.ts';

/** How many schedules run at a time: enough that the time for which some hang is spent on others. */
const AT_A_TIME = 24;

export interface RunOptions {
  /** The first seed. */
  readonly first: number;
  readonly count: number;
  /**
   * How long an attempt of the SDK may take, in milliseconds. What hangs takes as long.
   * @default 300, a third of what the function allows
   */
  readonly attemptMs?: number;
  readonly mutate?: Mutate;
  /** Sees each outcome, and says whether to go on. */
  readonly onOutcome?: (outcome: Outcome) => boolean;
}

export interface Summary {
  readonly schedules: number;
  readonly acknowledged: number;
  readonly replayed: number;
  readonly refused: number;
  readonly falseFailures: number;
  readonly falseFailuresAcknowledged: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** Requests that the SDK gave up although nothing held them: the machine was too busy. */
  readonly hangUps: number;
  readonly failed: readonly Outcome[];
}

/** Runs the schedules of some seeds on one embedded store, in a table of their own. */
export async function runSchedules(options: RunOptions): Promise<Summary> {
  const { first, count, attemptMs = 300, mutate = () => ({}), onOutcome } = options;
  const dynamo = await startEmbeddedDynamo();
  const env = parseEnv({
    AWS_REGION: 'us-east-1',
    TIMESTAMPS_TABLE: 'Timestamps',
    PEOPLE_TABLE: 'People',
    DYNAMODB_ENDPOINT: dynamo.endpoint,
    SHARDS: '2',
  });
  await createTables(env);
  const client = createDynamoClient(env);
  const store = createTimestampStore({ client, tableName: env.tables.timestamps, shards: env.shards });
  const hooks = new Map<string, ProcessHooks>();
  let hangUps = 0;
  const proxy = await startFaultProxy({
    target: dynamo.endpoint,
    // Of a process that is gone, nothing is let through.
    decide: (asked) => {
      const known = hooks.get(asked.process);
      return known === undefined ? 'reset-before' : known.decide(asked);
    },
    onAnswer: (asked, answer) => hooks.get(asked.process)?.onAnswer(asked, answer),
    onKill: (process) => hooks.get(process)?.onKill(),
    onLate: (process, arrive) => hooks.get(process)?.onLate(arrive),
    onHangUp: () => {
      hangUps++;
    },
  });
  const ground = {
    env,
    store,
    endpointOf: proxy.endpointOf,
    attemptMs,
    mutate,
    attach: (process: string, its: ProcessHooks) => hooks.set(process, its),
    detach: (process: string) => hooks.delete(process),
  };

  const outcomes: Outcome[] = [];
  let next = first;
  let stopped = false;
  const work = async () => {
    while (next < first + count && !stopped) {
      const outcome = await runSchedule(next++, ground);
      outcomes.push(outcome);
      if (onOutcome?.(outcome) === false) stopped = true;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));

  const { from, to } = timeOf(first, count);
  const outside = [await store.list({ limit: 1, to: from }), await store.list({ limit: 1, from: to })];
  if (outside.some(({ records }) => records.length > 0)) throw new Error('records at times that no schedule has');
  proxy.close();
  client.config.requestHandler.destroy?.();
  await dynamo.close();
  return summarise(outcomes, hangUps);
}

function summarise(outcomes: readonly Outcome[], hangUps: number): Summary {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const faults: Partial<Record<Fault, number>> = {};
  for (const outcome of outcomes) {
    for (const fault of FAULTS) faults[fault] = (faults[fault] ?? 0) + (outcome.faults[fault] ?? 0);
  }
  return {
    schedules: outcomes.length,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    replayed: sum(({ replayed }) => replayed),
    refused: sum(({ refused }) => refused),
    falseFailures: sum(({ falseFailures }) => falseFailures),
    falseFailuresAcknowledged: sum(({ falseFailuresAcknowledged }) => falseFailuresAcknowledged),
    faults,
    hangUps,
    failed: outcomes.filter(({ violations }) => violations.length > 0),
  };
}
