import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDED } from '../../support/stores.ts';
import { MINUTE, openWatch, pass, type TestWatch } from '../../watch/support.ts';

let dynamo: Awaited<ReturnType<typeof EMBEDDED.start>>;
let watch: TestWatch;
beforeAll(async () => {
  dynamo = await EMBEDDED.start();
});
afterAll(() => dynamo.close());

describe('a tick that is killed at any call to the store', () => {
  class Killed extends Error {}

  /** An instance that is killed at a call, before it is made or after. @returns whether it lived that long */
  async function killedAt(call: number, after: boolean): Promise<boolean> {
    let calls = 0;
    const client = watch.createClient();
    client.middlewareStack.add(
      (next) => async (args) => {
        calls++;
        if (calls > call || (calls === call && !after)) throw new Killed();
        const answer = await next(args);
        if (calls >= call) throw new Killed();
        return answer;
      },
      { step: 'initialize', priority: 'high' },
    );
    const outcome = await watch.tick(watch.createInstance(client)).catch((error) => {
      if (error instanceof Killed) return undefined;
      throw error;
    });
    client.destroy();
    return outcome === undefined;
  }

  it('has left the next one with all that it needs: one outage, told, in the history, ended', async () => {
    for (const after of [false, true]) {
      // Every third call, others before than after: npm run watch:simulate kills at all of them.
      for (let call = after ? 2 : 1; ; call += 3) {
        watch = await openWatch(dynamo.endpoint);
        await watch.say('background');
        await watch.tick();
        await watch.expectOf('down', { every: '1m', grace: '0m' });
        await watch.expectOf('back', { every: '1m', grace: '0m' });
        await watch.say('down');
        await watch.say('back');
        await pass(watch, 2, () => watch.say('background'));
        await watch.say('back');
        await watch.expectOf('other', { every: '1m', grace: '0m' });
        await watch.say('other');
        watch.now += 3 * MINUTE;
        await watch.say('back');
        await watch.say('new');
        const wasKilled = await killedAt(call, after);
        await pass(watch, 2, () => watch.say('back'));
        expect(
          [...watch.told.values()].map(({ kind, source }) => `${kind} ${source}`).sort(),
          `call ${call}, ${after ? 'after' : 'before'}`,
        ).toEqual(['opened back', 'opened down', 'opened other', 'resolved back'].sort());
        expect(await watch.store.getSource('new')).toMatchObject({ standing: 'unwatched' });
        const { outages } = await watch.store.listOutages({ limit: 10 });
        expect(outages.map(({ source, endedAt }) => `${source} ${endedAt !== undefined}`).sort()).toEqual([
          'back true',
          'down false',
          'other false',
        ]);
        await watch.close();
        if (!wasKilled) break;
      }
    }
  }, 300_000);
});
