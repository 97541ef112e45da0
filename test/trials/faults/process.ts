import { StandardRetryStrategy } from '@smithy/core/retry';
import type { Context } from 'aws-lambda';
import { createApp } from '../../../lambda/api/app.ts';
import { createDeps, type Deps } from '../../../lambda/api/deps.ts';
import type { Env } from '../../../lambda/api/env.ts';
import { createDynamoClient, MAX_ATTEMPTS, TIMEOUTS } from '../../../lambda/core/dynamo/client.ts';
import { createIdempotencyKeyStore } from '../../../lambda/core/timestamps/idempotency-keys.ts';
import { createTimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { createIdSource } from '../../../lambda/core/timestamps/timestamp-id.ts';
import type { Random } from './random.ts';

/** What the function answered. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An instance of the function, with a clock and connections of its own, which can be killed. */
export interface Process {
  readonly name: string;
  readonly invoke: (event: object, requestId: string) => Promise<Answer>;
  /** After this nothing of what it was doing goes on. */
  readonly kill: () => void;
  readonly killed: () => boolean;
  readonly close: () => void;
}

/** Puts something else in the place of a part of the function, to see whether the suite notices. */
export type Mutate = (deps: Deps) => Partial<Deps>;

export interface ProcessOptions {
  readonly name: string;
  readonly env: Env;
  readonly random: Random;
  /** Microseconds since the Unix epoch. */
  readonly now: () => number;
  /** Resolves when the process may send its next request to the store. */
  readonly turn: () => Promise<void>;
  /** How long an attempt may take, in milliseconds. */
  readonly attemptMs: number;
  readonly mutate: Mutate;
}

export function createProcess({ name, env, random, now, turn, attemptMs, mutate }: ProcessOptions): Process {
  let dead = false;
  const client = createDynamoClient(env, {
    requestHandler: { ...TIMEOUTS, connectionTimeout: attemptMs, requestTimeout: attemptMs, socketTimeout: attemptMs },
    // The function's own strategy, which here does not wait before it tries again.
    retryStrategy: new StandardRetryStrategy({
      maxAttempts: MAX_ATTEMPTS,
      backoff: { setDelayBase: () => {}, computeNextBackoffDelay: () => 0 },
    }),
  });
  // Before each attempt, and before the time for it runs.
  client.middlewareStack.add(
    (next) => async (args) => {
      await turn();
      if (dead) throw new Error('This process is dead.');
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'turn' },
  );
  const { shards } = env;
  const tableName = env.tables.timestamps;
  const deps: Deps = {
    ...createDeps(env),
    // A line or more a request would be in the way of what the run says.
    log: () => {},
    timestamps: createTimestampStore({ client, tableName, shards }),
    idempotencyKeys: createIdempotencyKeyStore({ client, tableName }),
    nextId: createIdSource({ shards, now, random: random.bytes }),
  };
  const app = createApp({ ...deps, ...mutate(deps) });
  return {
    name,
    invoke: async (event, requestId) => {
      const { statusCode, headers = {}, body = '' } = await app(event, contextOf(requestId));
      const texts = Object.entries(headers).map(([header, value]) => [header, String(value)]);
      return { statusCode, headers: Object.fromEntries(texts), body };
    },
    kill: () => {
      dead = true;
    },
    killed: () => dead,
    // Its own destroy() leaves the connections open.
    close: () => client.config.requestHandler.destroy?.(),
  };
}

function contextOf(awsRequestId: string): Context {
  const gone = () => {
    throw new Error('gone since Node 24');
  };
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'rollcall',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:local:000000000000:function:rollcall',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/rollcall',
    logStreamName: 'local',
    getRemainingTimeInMillis: () => 60_000,
    done: gone,
    fail: gone,
    succeed: gone,
  };
}
