import { createChannelStore } from '../../../lambda/core/telling/channel-store.ts';
import { seal } from '../../../lambda/core/telling/sealed.ts';
import { createTickDeps } from '../../../lambda/watch/deps.ts';
import { parseWatchEnv } from '../../../lambda/watch/env.ts';
import { createTick } from '../../../lambda/watch/tick.ts';
import { startSender } from '../../../local/notify/local-sender.ts';
import { startReceiver } from '../../support/receiver.ts';
import { WEBHOOK_SECRET } from '../../support/telling.ts';
import { MINUTE, openWatch } from '../../watch/support.ts';

/** So far apart that no notice waits for the pace of its channel. */
const APART_MS = 61 * MINUTE;

/**
 * How long a notice is on its way, from the write of the outbox to the receiver, with the tick and the sender of `npm start` on
 * the embedded store.
 *
 * @returns the milliseconds of each outage, in order of length
 */
export async function measureArrivals(outages: number): Promise<readonly number[]> {
  const receiver = await startReceiver(200);
  const watch = await openWatch();
  const { client, tables, variables } = watch;
  const sender = startSender({
    variables: { ...variables, ALLOW_PRIVATE: '1' },
    folder: undefined,
    log: console.error,
  });
  try {
    const channels = createChannelStore({ client, tableName: tables.roll });
    let publicKey: string | undefined;
    while (publicKey === undefined) publicKey = await channels.publicKey();
    const sealed = {
      url: seal(receiver.origin, publicKey, 'channel/hook/url'),
      secret: seal(WEBHOOK_SECRET, publicKey, 'channel/hook/secret'),
    };
    await channels.put({ name: 'hook', kind: 'webhook', to: [], sealed, updatedAt: 1 });
    const deps = createTickDeps(parseWatchEnv(variables), client);
    let written = 0;
    const store: typeof deps.store = {
      ...deps.store,
      putState: async (state, version) => {
        const stored = await deps.store.putState(state, version);
        if (state.outbox !== undefined) written = performance.now();
        return stored;
      },
    };
    const sleep = async (ms: number) => {
      watch.now += ms;
    };
    const tick = createTick({ ...deps, store, sleep, now: () => watch.now });
    const times: number[] = [];
    for (let outage = 1; outage <= outages; outage++) {
      const source = `source-${outage}`;
      watch.now += APART_MS;
      await watch.expectOf(source, { every: '1m', grace: '0m' });
      for (const heard of [[source, 'background'], ['background']]) {
        for (const one of heard) await watch.say(one);
        await tick(watch.now + 40_000);
        watch.now += 3 * MINUTE;
      }
      await watch.say('background');
      await tick(watch.now + 40_000);
      await receiver.got(outage);
      times.push(performance.now() - written);
    }
    return times.toSorted((a, b) => a - b);
  } finally {
    await sender.stop();
    await watch.close();
    receiver.close();
  }
}
