import { afterEach, expect, it } from 'vitest';
import type { TickDeps, TickResult } from '../../lambda/watch/tick.ts';
import { isWatchOn, type LocalWatch, startWatch } from '../../local/watch.ts';
import { MINUTE, openWatch, type TestWatch } from '../watch/support.ts';

const open: TestWatch[] = [];
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.close();
});

const DONE: TickResult = { outcome: 'done' };

/** A watch that does something else than look: each time what comes next. */
function watching(...ticks: readonly ((sleep: TickDeps['sleep']) => Promise<TickResult>)[]) {
  const log: string[] = [];
  const all = Promise.withResolvers<void>();
  const left = [...ticks];
  const watch: LocalWatch = startWatch({
    tickOf: (sleep) => async () => {
      const tick = left.shift();
      if (left.length === 0) all.resolve();
      return tick === undefined ? DONE : tick(sleep);
    },
    log: (line) => log.push(line),
    everyMs: 0,
    patienceMs: 0,
  });
  return { watch, log, all: all.promise };
}

it('is on unless it is told off, and nothing between', () => {
  expect([isWatchOn(), isWatchOn('on'), isWatchOn('off')]).toEqual([true, true, false]);
  expect(() => isWatchOn('no')).toThrow('WATCH is "no"; it must be on or off');
});

it('says what fails, and goes on', async () => {
  const { watch, log, all } = watching(
    async () => {
      throw new Error('no store');
    },
    async () => DONE,
  );
  await all;
  await watch.stop();
  expect(log).toEqual(['The watch failed, and tries again in a minute: no store']);
});

it('does not keep a stop waiting: neither while it waits itself, nor for a store that says nothing', async () => {
  const asleep = watching(async (sleep) => {
    await sleep(MINUTE);
    return DONE;
  });
  await asleep.all;
  await asleep.watch.stop();
  expect(asleep.log).toEqual([]);

  const stuck = watching(() => new Promise(() => {}));
  await stuck.all;
  await stuck.watch.stop();
  expect(stuck.log).toEqual([]);
});

it('tells once what two servers on one store notice at the same time', async () => {
  const watch = await openWatch();
  open.push(watch);
  await watch.say('background');
  await watch.tick();
  await watch.expectOf('backup', { every: '1m', grace: '0m' });
  await watch.say('backup');
  for (let minute = 0; minute < 3; minute++) {
    watch.now += 2 * MINUTE;
    await watch.say('background');
    const told: string[] = [];
    const outcomes: string[] = [];
    const done: Promise<void>[] = [];
    const servers = [0, 1].map(() => {
      const client = watch.createClient();
      const ticked = Promise.withResolvers<void>();
      done.push(ticked.promise);
      const tick = watch.createInstance(client, {
        compose: async (events) => {
          told.push(...events.map(({ kind, source }) => `${kind} ${source}`));
          return undefined;
        },
      });
      const server = startWatch({
        tickOf: () => async (giveUpAt) => {
          const result = await tick(giveUpAt).finally(ticked.resolve);
          outcomes.push(result.outcome);
          return result;
        },
        log: (line) => told.push(line),
      });
      return { server, client };
    });
    await Promise.all(done);
    for (const { server, client } of servers) {
      await server.stop();
      client.destroy();
    }
    expect(told).toEqual(minute === 0 ? ['opened backup'] : []);
    expect(outcomes.sort()).toEqual(['done', 'held']);
  }
  const { outages } = await watch.store.listOutages({ limit: 10 });
  expect(outages).toMatchObject([{ source: 'backup' }]);
});
