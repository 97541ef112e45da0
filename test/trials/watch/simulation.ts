/** The real tick, over the embedded store, with a clock of its own: what happens to it is drawn by a seed. */
import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoClient, TIMEOUTS } from '../../../lambda/core/dynamo/client.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { expectationOf } from '../../../lambda/core/roll/expectation.ts';
import { expect as expectOf } from '../../../lambda/core/roll/requests.ts';
import type { RollEvent } from '../../../lambda/core/roll/state.ts';
import { createRollStore } from '../../../lambda/core/roll/store.ts';
import { microsOf, shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTickDeps } from '../../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../../lambda/watch/env.ts';
import { createTick } from '../../../lambda/watch/tick.ts';
import { createTables, LOCAL_TABLES } from '../../../local/dynamo/create-tables.ts';
import { createRandom } from '../faults/random.ts';
import { type Report, report, type Told } from './report.ts';
import { createWorld, type Ping, type WorldOptions } from './world.ts';

const MINUTE = 60_000;
/** How long a call to the store takes on the clock of the simulation. */
const CALL_MS = 4;
const TICK_MS = 55_000;
/** The machine may be busy: what is tried here is not how the store is waited for. */
const PATIENT = { requestHandler: { ...TIMEOUTS, requestTimeout: 60_000, socketTimeout: 60_000 } };

export interface SimulationOptions extends WorldOptions {
  /** How far the index is behind, in milliseconds. */
  readonly indexLag: number;
  /** The shares of the ticks that are doubled, and that are killed. */
  readonly doubled: number;
  readonly killed: number;
}

class Killed extends Error {}

export async function simulate(endpoint: string, options: SimulationOptions): Promise<Report> {
  const { seed, start, hours, shards, indexLag, watchOff } = options;
  const random = createRandom(seed + 1_000_000);
  const world = createWorld(options);
  const names = Object.entries(LOCAL_TABLES).map(([variable, name]) => [variable, `${name}-${randomUUID()}`]);
  const variables = Object.fromEntries(names);
  const env = parseWatchEnv({
    ...variables,
    AWS_REGION: 'us-east-1',
    SHARDS: String(shards),
    DYNAMODB_ENDPOINT: endpoint,
  });
  await createTables({ region: env.region, dynamodbEndpoint: endpoint, tables: env.tables });

  let clock = start;
  let visible = 0;
  const raw = createDynamoClient(env, PATIENT);
  /** Lets time pass, and what becomes visible by then be stored. */
  async function until(instant: number): Promise<void> {
    clock = Math.max(clock, instant);
    const due: Ping[] = [];
    for (let ping = world.pings[visible]; ping !== undefined && ping.visibleAt <= clock; ping = world.pings[visible]) {
      due.push(ping);
      visible++;
    }
    for (let first = 0; first < due.length; first += 25) {
      const requests = due.slice(first, first + 25).map((ping) => ({ PutRequest: { Item: itemOf(ping) } }));
      await raw.send(new BatchWriteItemCommand({ RequestItems: { [env.tables.timestamps]: requests } }));
    }
  }

  /** An instance of the function: its clock is up to a second off; it is killed at a call, before or after it is made. */
  function createInstance() {
    const skew = random.pick([-1000, 0, 1000]);
    const now = () => clock + skew;
    const client = createDynamoClient(env, PATIENT);
    let calls = 0;
    const victim = { killAt: Number.POSITIVE_INFINITY, after: false, ignoresLease: false, calls: 0 };
    client.middlewareStack.add(
      (next) => async (args) => {
        const call = ++calls;
        victim.calls = calls;
        clock += CALL_MS;
        if (call > victim.killAt || (call === victim.killAt && !victim.after)) throw new Killed();
        const input = victim.ignoresLease ? withoutLease(args.input) : args.input;
        const answer = await next({ ...args, input });
        if (call >= victim.killAt) throw new Killed();
        return answer;
      },
      { step: 'initialize', priority: 'high' },
    );
    const deps = createTickDeps(env, client);
    const tick = createTick({
      ...deps,
      now,
      sleep: (ms) => until(clock + ms),
      timestamps: {
        list: async (query) => {
          const page = await deps.timestamps.list(query);
          return { ...page, records: page.records.filter(({ id }) => microsOf(id) / 1000 < clock - indexLag) };
        },
      },
      compose: async (events) => {
        for (const event of events) tell(event);
      },
      onUnjudged: (source, error) => {
        throw new Error(`${source} cannot be judged`, { cause: error });
      },
    });
    return {
      victim,
      run: async () => {
        calls = 0;
        return tick(now() + TICK_MS);
      },
    };
  }

  const told = new Map<string, Told>();
  function tell(event: RollEvent): void {
    if (!told.has(event.id)) told.set(event.id, { event, at: clock });
  }

  const store = createRollStore({ client: raw, tableName: env.tables.roll });
  for (const { name, expectation } of world.actors) {
    const whole = expectationOf(expectation);
    const state = whole && expectOf(undefined, name, whole, start);
    if (state) await store.putState(state, 0);
  }

  let instance = createInstance();
  let other = createInstance();
  let typical = 40;
  const kills: number[] = [];
  let ticks = 0;
  for (let at = start + MINUTE; at <= start + hours * 60 * MINUTE; at += MINUTE) {
    await until(at);
    if (at >= watchOff.from && at < watchOff.to) {
      // What was warm is not any more.
      if (at === watchOff.from) instance = createInstance();
      continue;
    }
    ticks++;
    const isDoubled = random.chance(options.doubled);
    const isKilled = random.chance(options.killed);
    if (random.chance(0.01)) instance = createInstance();
    instance.victim.ignoresLease = isDoubled && random.chance(0.5);
    instance.victim.killAt = isKilled ? 1 + random.below(typical) : Number.POSITIVE_INFINITY;
    instance.victim.after = random.chance(0.5);
    other.victim.ignoresLease = instance.victim.ignoresLease;
    const runs = isDoubled ? [instance.run(), other.run()] : [instance.run()];
    const outcomes = await Promise.allSettled(runs);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected' && !(outcome.reason instanceof Killed)) throw outcome.reason;
    }
    if (outcomes.some(({ status }) => status === 'rejected')) {
      kills.push(at);
      instance = createInstance();
      if (isDoubled) other = createInstance();
    } else typical = Math.max(20, Math.round((typical * 3 + instance.victim.calls) / 4));
  }
  const history: Awaited<ReturnType<typeof store.listOutages>>['outages'][number][] = [];
  for (let before: string | undefined; ; ) {
    const page = await store.listOutages({ limit: 500, before });
    history.push(...page.outages);
    before = page.last;
    if (!page.more) break;
  }
  raw.destroy();
  return report({ options, world, told: [...told.values()], history, kills, ticks });
}

function itemOf({ id, source }: Ping) {
  const shard = shardOf(id);
  return toItem({
    pk: `t#${shard}`,
    sk: id,
    source,
    sourceShard: `${source}#${shard}`,
    clientIp: '192.0.2.1',
    protocol: 'https',
    requestId: 'simulated',
  });
}

/** The write of a lease that somebody else has is as good as any. */
function withoutLease<T extends object>(input: T): T {
  if (!('Item' in input) || !JSON.stringify(input.Item).includes('leasedUntil')) return input;
  const none = {
    ConditionExpression: undefined,
    ExpressionAttributeNames: undefined,
    ExpressionAttributeValues: undefined,
  };
  return { ...input, ...none };
}
