import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shortHash } from '../../../lambda/core/telling/notice.ts';
import { startReceiver } from '../../support/receiver.ts';
import { EMBEDDED } from '../../support/stores.ts';
import { channelFor, KEYS, openTelling } from '../../support/telling.ts';
import { seededNumbers } from '../scale/random.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const CHANNELS = ['one', 'two'];
/** More than a claim lasts, so that what somebody has left is free the next time. */
const BETWEEN_MS = 5 * 60_000;

export interface KillOptions {
  readonly kills: number;
  /** The same seed kills at the same steps. */
  readonly seed: string;
  readonly log?: (line: string) => void;
}

export interface KillOutcome {
  readonly kills: number;
  readonly outages: number;
  /** What arrived beyond once: it was sent, and whoever sent it was killed before it could say so. */
  readonly repeated: number;
  /** The steps at which there was a kill. */
  readonly steps: number;
}

/**
 * Kills the watch and what sends at each step from the change of a state to the settled delivery, again and again.
 *
 * @throws Error that names what was lost, told twice by the watch, or sent under two ids
 */
export async function runKills({ kills, seed, log = () => {} }: KillOptions): Promise<KillOutcome> {
  const random = seededNumbers(seed);
  const store = await openTelling(EMBEDDED);
  const receiver = await startReceiver(200);
  try {
    for (const name of CHANNELS) await store.channels.put(channelFor(name, { url: `${receiver.origin}/${name}` }));
    const { endpoint, tableName } = store;
    const common = { endpoint, tableName, channels: CHANNELS, privateKey: KEYS.privateKey };
    const begin = Date.UTC(2026, 10, 25);
    const whole = Number((await work({ ...common, round: 1, now: begin, killAt: 0 })).output);
    const killedAt = new Set<number>();
    let killed = 0;
    let round = 1;
    while (killed < kills) {
      round++;
      // Each step in turn first, and then any; what was left before makes for more of them.
      const killAt = killed < whole ? killed + 1 : 1 + Math.floor(random() * (whole + 10));
      const { signal } = await work({ ...common, round, now: begin + round * BETWEEN_MS, killAt });
      if (signal !== 'SIGKILL') continue;
      killed++;
      killedAt.add(killAt);
      if (killed % 20 === 0) log(`killed ${killed} times, at ${killedAt.size} steps`);
    }
    for (let last = 1; last <= 3; last++) {
      await work({ ...common, round: 0, now: begin + (round + last * 30) * BETWEEN_MS, killAt: 0 });
    }
    return { kills: killed, steps: killedAt.size, ...(await compare(store, receiver.received)) };
  } finally {
    receiver.close();
    await store.close();
  }
}

type Received = Awaited<ReturnType<typeof startReceiver>>['received'];

/** Compares what the watch told, what was settled and what arrived. */
async function compare({ notices, tableName, endpoint }: Awaited<ReturnType<typeof openTelling>>, received: Received) {
  const outages = await openedOutages(endpoint, tableName);
  let repeated = 0;
  for (const channel of CHANNELS) {
    const all = await notices.recent(channel, 1_000);
    const told = all.flatMap((notice) => notice.told.split(','));
    if (new Set(told).size !== told.length) throw new Error(`${channel}: the watch told something twice`);
    const unsettled = all.filter(({ outcome }) => outcome !== 'delivered');
    if (unsettled.length > 0) throw new Error(`${channel}: ${unsettled.length} notices were not delivered`);
    const arrived = received.filter(({ path }) => path === `/${channel}`);
    repeated += arrived.length - all.length;
    for (const source of outages) {
      const id = `outage-${source.slice(2)}.opened.1`;
      if (!told.includes(shortHash(id))) throw new Error(`${channel}: ${source} was not told`);
      const ids = new Set(
        arrived.filter(({ body }) => body.includes(`"${id}"`)).map(({ headers }) => headers['webhook-id']),
      );
      if (ids.size !== 1) throw new Error(`${channel}: ${source} arrived under ${ids.size} ids`);
    }
  }
  return { outages: outages.length, repeated };
}

async function openedOutages(dynamodbEndpoint: string, TableName: string): Promise<string[]> {
  const { QueryCommand } = await import('@aws-sdk/client-dynamodb');
  const { createDynamoClient } = await import('../../../lambda/core/dynamo/client.ts');
  const client = createDynamoClient({ region: 'us-east-1', dynamodbEndpoint });
  const ExpressionAttributeValues = { ':pk': { S: 's#0' } };
  const { Items = [] } = await client.send(
    new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues }),
  );
  if (Items.some(({ outbox }) => outbox !== undefined)) throw new Error('an outbox was not emptied');
  return Items.map(({ sk }) => sk?.S ?? '');
}

function work(task: object): Promise<{ readonly signal: string | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [WORKER, JSON.stringify(task)], (error, output, errors) => {
      if (error === null) resolve({ signal: null, output });
      else if (error.signal === 'SIGKILL') resolve({ signal: error.signal, output });
      else reject(new Error(`a pass failed: ${errors}`));
    });
  });
}
