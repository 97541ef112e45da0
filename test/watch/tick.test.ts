import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toItem } from '../../lambda/core/dynamo/items.ts';
import { MINUTE, openWatch, pass, START, type TestWatch } from './support.ts';

let watch: TestWatch;
beforeEach(async () => {
  watch = await openWatch();
});
afterEach(() => watch.close());

const kinds = () => [...watch.told.values()].map(({ kind, source }) => `${kind} ${source}`);

/** A watch that was there before the test begins. */
async function settleIn() {
  await watch.say('background');
  await watch.tick();
}

describe('a tick', () => {
  it('has a source enter the roll when it is heard for the first time, and writes nothing more of it', async () => {
    await settleIn();
    const entered = await watch.store.getSource('background');
    expect(entered).toMatchObject({ standing: 'unwatched', version: 1, lastContact: START });

    await pass(watch, 5, () => watch.say('background'));
    expect(await watch.store.getSource('background')).toEqual(entered);
  });

  it('notices a source that is silent, says when it was due, and that it answers again', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '5m', grace: '1m' });
    await watch.say('backup');
    await pass(watch, 5, () => watch.say('background'));
    expect(kinds()).toEqual([]);
    expect(await watch.store.getSource('backup')).toMatchObject({ standing: 'up' });
    expect(await watch.store.getWatch()).toMatchObject({ late: ['backup'], counts: { late: 1, up: 1, unwatched: 1 } });

    await pass(watch, 1, () => watch.say('background'));
    expect(kinds()).toEqual(['opened backup']);
    const { outage } = (await watch.store.getSource('backup')) ?? {};
    expect(outage).toMatchObject({ reason: 'silent', startedAt: START + 5 * MINUTE });
    const told = await watch.store.getOutage(outage?.id ?? '');
    expect(told).toMatchObject({ source: 'backup', reason: 'silent', startedAt: START + 5 * MINUTE });
    expect(told?.notes.map(({ text }) => text.split('\n')[0])).toEqual([
      `Since 2026-11-13T12:06:00.000Z: 1 record, 0 failures. The last: 2026-11-20T12:00:00.000001Z.`,
    ]);
    const open = await watch.store.listOutages({ limit: 10, open: true });
    expect(open.outages).toMatchObject([{ source: 'backup' }]);

    await pass(watch, 1, () => watch.say('backup'));
    expect(kinds()).toEqual(['opened backup', 'resolved backup']);
    expect(await watch.store.getSource('backup')).toMatchObject({ standing: 'up' });
    const { outages } = await watch.store.listOutages({ limit: 10, source: 'backup' });
    expect(outages).toMatchObject([{ id: outage?.id, endedBy: 'answer' }]);
  });

  it.each(['0m', '2h'])(
    'says when a source answered first, though it answered many times until the watch looked again, the index %s behind',
    async (lag) => {
      await settleIn();
      await watch.expectOf('backup', { every: '5m', grace: '1m', recoveries: 2 });
      await watch.say('backup');
      await pass(watch, 7, () => watch.say('background'));
      expect(kinds()).toEqual(['opened backup']);

      const back = watch.now + 20 * MINUTE;
      for (let at = back; at <= back + 60 * MINUTE; at += 5 * MINUTE) {
        watch.now = at;
        await watch.say('backup');
      }
      const blind = lag === '0m' ? {} : { timestamps: { list: async () => ({ records: [], more: false }) } };
      await watch.tick(watch.createInstance(watch.client, blind));
      expect(kinds()).toEqual(['opened backup', 'resolved backup']);
      const { outages } = await watch.store.listOutages({ limit: 10, source: 'backup' });
      expect(outages).toMatchObject([{ endedAt: back, endedBy: 'answer' }]);
    },
  );

  it('waits a few seconds for who is past its grace in a moment, and takes an answer that comes meanwhile', async () => {
    await settleIn();
    for (const name of ['silent', 'answers']) {
      await watch.expectOf(name, { every: '5m', grace: '0m' });
      await watch.say(name);
    }
    await watch.say('background');
    watch.now = START + 5 * MINUTE;
    await watch.say('background');
    const slept: number[] = [];
    const instance = watch.createInstance(watch.client, {
      sleep: async (ms) => {
        slept.push(ms);
        watch.now += ms;
        await watch.say('answers');
        await watch.say('background');
      },
    });
    await watch.tick(instance);
    // 12 s after it is due all is known that was said until then.
    expect(slept).toEqual([12_000]);
    expect(kinds()).toEqual(['opened silent']);

    // Who is due later is left to the next tick.
    watch.now = START + 10 * MINUTE + 11_000;
    await watch.say('background');
    await watch.tick(instance);
    expect(slept).toEqual([12_000]);
    watch.now += MINUTE;
    await watch.tick(instance);
    expect(slept).toEqual([12_000, 5_000]);
    expect(await watch.store.getSource('answers')).toMatchObject({ standing: 'up' });
  });

  it('does not wait longer than to look again, while something is untold', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '1m', grace: '0m' });
    await watch.expectOf('other', { every: '5m', grace: '0m' });
    await watch.say('backup');
    await watch.say('other');
    const dead = watch.createInstance(watch.client, {
      compose: async () => {
        throw new Error('killed');
      },
    });
    watch.now += 4 * MINUTE;
    await watch.say('background');
    await expect(watch.tick(dead)).rejects.toThrow('killed');
    watch.now = START + 5 * MINUTE;
    await watch.say('background');
    const started = watch.now;
    await watch.tick();
    expect(kinds()).toEqual(['opened backup']);
    expect(watch.now - started).toBeLessThanOrEqual(5_000);
  });

  it('believes the index where the log has lost sight of an answer', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '1d', grace: '1h' });
    await watch.say('backup');
    await pass(watch, 1);
    watch.now = START + 20 * 60 * MINUTE;
    await watch.say('backup');
    // The watch forgets all that it knew, and begins with the log an hour ago.
    for (const sk of ['watch', 'heard#1#0']) {
      const Key = toItem({ pk: 'w', sk });
      await watch.client.send(new DeleteItemCommand({ TableName: watch.tables.roll, Key }));
    }
    watch.now = START + 30 * 60 * MINUTE;
    await watch.say('background');
    await watch.tick();
    expect(kinds()).toEqual([]);
    expect(await watch.store.getSource('backup')).toMatchObject({ standing: 'up' });
  });

  it('tells what was decided and not told, whoever decided it', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '1m', grace: '0m' });
    await watch.say('backup');
    const dead = watch.createInstance(watch.client, {
      compose: async () => {
        throw new Error('killed');
      },
    });
    watch.now += 3 * MINUTE;
    await watch.say('background');
    await expect(watch.tick(dead)).rejects.toThrow('killed');
    const { outbox } = (await watch.store.getSource('backup')) ?? {};
    expect(Object.values(outbox ?? {})).toMatchObject([{ kind: 'opened' }]);

    watch.now += MINUTE;
    const { untoldSince } = await watch.tick();
    expect(untoldSince).toBeGreaterThan(START);
    expect(kinds()).toEqual(['opened backup']);
    expect(await watch.store.getSource('backup')).toMatchObject({ standing: 'down', version: 3 });
  });

  it('keeps in the outbox what has to wait, and tells it with a later tick', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '1m', grace: '0m' });
    await watch.say('backup');
    const waiting = watch.createInstance(watch.client, { compose: async () => new Set() });
    watch.now += 3 * MINUTE;
    await watch.say('background');
    await watch.tick(waiting);
    const { outbox, version } = (await watch.store.getSource('backup')) ?? {};
    expect(Object.values(outbox ?? {})).toMatchObject([{ kind: 'opened' }]);
    watch.now += MINUTE;
    // It is known for what it waits.
    expect(await watch.tick(waiting)).toMatchObject({ untoldSince: undefined });
    // Nothing is written for what still waits.
    expect(await watch.store.getSource('backup')).toMatchObject({ version });
    watch.now += MINUTE;
    await watch.tick();
    expect(kinds()).toEqual(['opened backup']);
    expect((await watch.store.getSource('backup'))?.outbox).toBeUndefined();
  });

  it('judges nobody before it has read all, and goes on from where it was', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '5m', grace: '0m' });
    await watch.say('backup');
    watch.now += MINUTE;
    await watch.tick();
    watch.now += 3 * 60 * MINUTE;
    expect(await watch.createInstance()(watch.now - 1)).toMatchObject({ outcome: 'behind' });
    expect(kinds()).toEqual([]);
    expect(await watch.store.getSource('backup')).toMatchObject({ standing: 'up' });

    watch.now += MINUTE;
    expect(await watch.tick()).toMatchObject({ outcome: 'done' });
    expect(kinds()).toEqual(['opened backup']);
  });

  it('does nothing while another one is at work', async () => {
    const [one, other] = await Promise.all([watch.tick(), watch.tick()]);
    expect([one.outcome, other.outcome].sort()).toEqual(['done', 'held']);
  });

  it('judges the others when one source cannot be read', async () => {
    await settleIn();
    const Item = toItem({ pk: 's#0', sk: 'broken', version: 1, standing: 'nonsense', since: 0, list: 's#up' });
    await watch.client.send(new PutItemCommand({ TableName: watch.tables.roll, Item }));
    await watch.expectOf('backup', { every: '1m', grace: '0m' });
    await watch.say('backup');
    await pass(watch, 3, () => watch.say('background'));
    expect(kinds()).toEqual(['opened backup']);
  });

  it('writes down what it knew of a source that is silent for an hour, once', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '1d', grace: '1h', failures: 2 });
    await watch.say('backup', { state: 'fail' });
    const last = watch.now;
    await pass(watch, 63, () => watch.say('background'));
    const parked = await watch.store.getSource('backup');
    expect(parked).toMatchObject({ lastContact: last, parked: { lastContact: last, answers: { last: 'bad' } } });
    await pass(watch, 3, () => watch.say('background'));
    expect(await watch.store.getSource('backup')).toEqual(parked);

    // It is the second failure in a row, though the first was long forgotten.
    await watch.say('backup', { state: 'fail' });
    await pass(watch, 1);
    expect(kinds()).toEqual(['opened backup']);
  });

  it('tells one outage, of rollcall, when nothing at all comes in for ten minutes, and none of those who cannot be heard', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const sayAll = async () => {
      for (const name of names) await watch.say(name);
    };
    for (const name of names) await watch.expectOf(name, { every: '1m', grace: '1m' });
    await sayAll();
    await pass(watch, 3, sayAll);
    await pass(watch, 20);
    expect(kinds()).toEqual(['opened rollcall']);
    await pass(watch, 5, sayAll);
    expect(kinds()).toEqual(['opened rollcall', 'resolved rollcall']);

    // It hears again: who is silent now is.
    names.pop();
    await pass(watch, 16, sayAll);
    expect(kinds()).toEqual(['opened rollcall', 'resolved rollcall', 'opened d']);
  });

  it('sums up every half hour what a source says that is down', async () => {
    await settleIn();
    await watch.expectOf('backup', { every: '10m', grace: '0m' });
    await watch.say('backup');
    await pass(watch, 1);
    await pass(watch, 35, () => watch.say('backup', { state: 'fail', exit: 2, note: 'disk\nfull' }));
    const { outage } = (await watch.store.getSource('backup')) ?? {};
    const { notes = [] } = (await watch.store.getOutage(outage?.id ?? '')) ?? {};
    expect(notes.length).toBeGreaterThan(1);
    expect(notes.every(({ text, by }) => text.length <= 1_500 && by === 'rollcall')).toBe(true);
    expect(notes.at(-1)?.text).toContain('fail exit 2 "disk full"');
  });
});
