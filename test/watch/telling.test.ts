import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SourceState } from '../../lambda/core/roll/state.ts';
import type { Moment } from '../../lambda/watch/outbox.ts';
import { MINUTE, openWatch, START, type TestWatch } from './support.ts';

let watch: TestWatch;
beforeEach(async () => {
  watch = await openWatch();
  await watch.say('background');
  await watch.tick();
  await watch.expectOf('backup', { every: '5m', grace: '0m' });
});
afterEach(() => watch.close());

/** An instance that notes what it is to tell. */
function listening() {
  const told: { moment: Moment; state: SourceState | undefined }[] = [];
  const ended: { states: ReadonlyMap<string, SourceState>; now: number }[] = [];
  const instance = watch.createInstance(watch.client, {
    compose: async (events, states, moment) => {
      for (const { source } of events) told.push({ moment, state: states.get(source) });
      return undefined;
    },
    goOn: async (states, now) => {
      ended.push({ states: new Map([...states].map((state) => [state.source, state])), now });
      return undefined;
    },
  });
  return { told, ended, instance };
}

/** Both answer once a minute, and then only one of them. */
async function fallSilent(instance: ReturnType<typeof listening>['instance']): Promise<number> {
  for (let minute = 1; minute <= 12; minute++) {
    watch.now = START + minute * MINUTE;
    await watch.say('background');
    if (minute <= 5) await watch.say('backup');
    await watch.tick(instance);
  }
  return START + 5 * MINUTE;
}

describe('what a tick has to tell', () => {
  it('comes with the last contact of each source, which its item does not have', async () => {
    const { told, ended, instance } = listening();
    const last = await fallSilent(instance);
    expect(told).toHaveLength(1);
    expect(told[0]?.state).toMatchObject({ source: 'backup', lastContact: last });
    expect(told[0]?.moment).toMatchObject({ away: undefined });
    // The source that is up has an item of a quarter of an hour ago.
    expect(ended.at(-1)?.states.get('background')).toMatchObject({ lastContact: START + 12 * MINUTE });
    expect((await watch.store.getSource('background'))?.lastContact).toBe(START);
    expect(ended).toHaveLength(12);
  });

  it('says how long the watch was away before, once', async () => {
    const { told, instance } = listening();
    await watch.say('backup');
    await watch.tick(instance);
    watch.now += 160 * MINUTE;
    await watch.say('background');
    await watch.tick(instance);
    watch.now += MINUTE;
    await watch.say('backup');
    await watch.tick(instance);
    expect(told.map(({ moment }) => moment.away)).toEqual([160 * MINUTE, undefined]);
  });

  it('counts as untold when it waits for nobody knows what', async () => {
    const since = START - 5 * MINUTE;
    const instance = watch.createInstance(watch.client, { goOn: async () => since });
    watch.now += MINUTE;
    await watch.say('background');
    expect(await watch.tick(instance)).toMatchObject({ outcome: 'done', untoldSince: since });
  });
});
