import { afterAll, describe, expect, it } from 'vitest';
import { announce, createTeller, redriveNotices } from '../../../lambda/core/telling/tell.ts';
import { messageFor } from '../../notify/senders/notices.ts';
import { backends } from '../../support/stores.ts';
import { channelFor, openTelling } from '../../support/telling.ts';
import { seededNumbers } from '../../trials/scale/random.ts';
import { DAILY, eventOf, MINUTE, NOW, told } from './events.ts';

describe.each(backends())('telling, on $name', (backend) => {
  const opening = openTelling(backend);
  afterAll(async () => (await opening).close());
  let next = 0;

  /** A channel of its own, and what writes its notices. */
  async function setUp(count = 1) {
    const { channels, notices } = await opening;
    for (const { name } of await channels.list()) await channels.delete(name);
    const names = Array.from({ length: count }, () => `channel-${String(++next).padStart(3, '0')}`);
    for (const name of names) await channels.put(channelFor(name));
    const tell = createTeller({ channels, notices, stage: 'prod' });
    const [first = ''] = names;
    return { channels, notices, tell, names, first, given: () => notices.recent(first, 100) };
  }

  it('writes one notice a channel for fifty outages', async () => {
    const { tell, names, notices } = await setUp(2);
    const fifty = Array.from({ length: 50 }, (_, index) => told({ source: `s-${index}` }));
    expect((await tell({ told: fifty, now: NOW })).size).toBe(50);
    for (const name of names) expect(await notices.recent(name, 10)).toMatchObject([{ sequence: 1, count: 50 }]);
  });

  it('tells an event once, however often and together with whatever it is told', async () => {
    const { tell, given } = await setUp();
    const [one, two] = [told({ source: 'one' }), told({ source: 'two' })];
    await tell({ told: [one], now: NOW });
    await tell({ told: [one], now: NOW });
    const done = await tell({ told: [one, two], now: NOW });
    expect(done).toEqual(new Set([one.event.id, two.event.id]));
    expect((await given()).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('tells an event once, though several tell at the same time, each with more', async () => {
    const { tell, given } = await setUp();
    const events = Array.from({ length: 6 }, (_, index) => told({ source: `s-${index}` }));
    await Promise.all(events.map((_, index) => tell({ told: events.slice(0, index + 1), now: NOW })));
    await tell({ told: events, now: NOW });
    const all = (await given()).flatMap(({ told: hashes }) => hashes.split(','));
    expect(all).toHaveLength(6);
    expect(new Set(all).size).toBe(6);
  });

  it('gives a notice the same id, whoever composes it', async () => {
    const [one, two] = [told({ source: 'one' }), told({ source: 'two' })];
    const { tell, given, first, channels, notices } = await setUp();
    await tell({ told: [one, two], now: NOW });
    const [{ id } = { id: '' }] = await given();
    const other = { recent: async () => [], add: async () => true };
    const { noticeId } = await import('../../../lambda/core/telling/notice.ts');
    expect(noticeId(first, [two.event.id, one.event.id])).toBe(id);
    expect(
      await createTeller({ channels, notices: { ...notices, ...other }, stage: 'prod' })({ told: [one], now: NOW }),
    ).toEqual(new Set([one.event.id]));
  });

  it('tells nothing of what is for the history, nor of what came and went, and is done with it', async () => {
    const { tell, given } = await setUp();
    const quiet = { event: { ...eventOf({ source: 'quiet' }), told: false } };
    const both = [told(), told({ kind: 'resolved', outage: { endedAt: NOW } })];
    expect((await tell({ told: [quiet, ...both], now: NOW })).size).toBe(3);
    expect(await given()).toEqual([]);
  });

  it('tells that it is over, if it was told that it began', async () => {
    const { tell, given } = await setUp();
    const opened = told();
    await tell({ told: [opened], now: NOW });
    await tell({ told: [opened, told({ kind: 'resolved', outage: { endedAt: NOW } })], now: NOW });
    expect(await given()).toHaveLength(2);
  });

  it('goes through the channels that a source names, or else through those of the stage', async () => {
    const { names, notices, channels } = await setUp(3);
    const [a = '', b = '', c = ''] = names;
    const tell = createTeller({ channels, notices, stage: 'prod', defaults: [b] });
    await tell({
      told: [told({ source: 'x', expectation: { ...DAILY, channels: [a] } }), told({ source: 'y' })],
      now: NOW,
    });
    const counts = async () => Promise.all([a, b, c].map(async (name) => (await notices.recent(name, 9)).length));
    expect(await counts()).toEqual([1, 1, 0]);
    // A channel that does not work, or is not there, is no reason to be silent.
    await channels.put(channelFor(a, { brokenAt: 1 }));
    await tell({ told: [told({ source: 'z', expectation: { ...DAILY, channels: [a, 'no-such'] } })], now: NOW });
    expect(await counts()).toEqual([1, 2, 0]);
    await tell({ told: [told({ source: 'nobody', expectation: { ...DAILY, channels: [] } })], now: NOW });
    expect(await counts()).toEqual([1, 2, 0]);
  });

  it('is done with everything where there is no channel', async () => {
    const { tell } = await setUp(0);
    expect((await tell({ told: [told()], now: NOW })).size).toBe(1);
  });

  it.each(['in step', 'each at its own time'])(
    'writes at most 4 notices an hour for 1,000 sources that come and go, %s, and loses none',
    async (how) => {
      const { tell, given } = await setUp();
      const random = seededNumbers(how);
      const phases = Array.from({ length: 1_000 }, () => (how === 'in step' ? 0 : Math.floor(random() * 6)));
      const standing = phases.map(() => false);
      let waiting: ReturnType<typeof told>[] = [];
      for (let minute = 0; minute < 60; minute++) {
        const now = NOW + minute * MINUTE;
        phases.forEach((phase, index) => {
          if ((minute + phase) % 3 !== 0) return;
          const down = !standing[index];
          standing[index] = down;
          const outage = {
            id: `outage-${index}-${Math.floor((minute + phase) / 6)}`,
            startedAt: now,
            ...(!down && { endedAt: now }),
          };
          waiting.push(told({ source: `s-${index}`, at: now, kind: down ? 'opened' : 'resolved', outage }));
        });
        const done = await tell({ told: waiting, now });
        waiting = waiting.filter(({ event }) => !done.has(event.id));
      }
      expect((await given()).length).toBeLessThanOrEqual(4);
      const done = await tell({ told: waiting, now: NOW + 121 * MINUTE });
      expect(done.size).toBe(waiting.length);
    },
  );

  it('does not hold back the few events of a usual hour', async () => {
    const { tell, given } = await setUp();
    for (let minute = 0; minute < 10; minute++) {
      const now = NOW + minute * MINUTE;
      await tell({ told: [told({ source: `s-${minute}`, at: now })], now });
    }
    expect(await given()).toHaveLength(10);
  });

  it('announces once what has one id', async () => {
    const { notices, first } = await setUp();
    const report = { purpose: 'report', id: 'last-contact#2026-11', message: messageFor(), now: NOW } as const;
    const places = await Promise.all([1, 2, 3].map(() => announce(notices, first, report)));
    expect(places).toEqual([1, 1, 1]);
    expect(await announce(notices, first, { ...report, id: 'last-contact#2026-12' })).toBe(2);
  });

  it('hands on what nobody has sent for two minutes: the oldest notice of each channel, unless it is held', async () => {
    const { tell, channels, notices, first } = await setUp();
    await tell({ told: [told({ source: 'one' })], now: NOW });
    await tell({ told: [told({ source: 'two' })], now: NOW });
    const stuckSince = (now: number) => redriveNotices({ channels, notices }, now);
    const handedOn = async () => (await notices.pending(first)).map(({ redrive }) => redrive);
    expect(await stuckSince(NOW + MINUTE)).toBeUndefined();
    expect(await handedOn()).toEqual([undefined, undefined]);
    expect(await stuckSince(NOW + 2 * MINUTE)).toBeUndefined();
    expect(await handedOn()).toEqual([NOW + 2 * MINUTE, undefined]);
    // Nobody has claimed it: what sends does not run.
    expect(await stuckSince(NOW + 3 * MINUTE)).toBe(NOW);
    await notices.claim({ channel: first, sequence: 1 }, NOW + 3 * MINUTE, NOW + 4 * MINUTE);
    expect(await stuckSince(NOW + 3 * MINUTE)).toBeUndefined();
    // Its channel does not take it: it waits for the next try, and that is known.
    await notices.retry({ channel: first, sequence: 1 }, NOW + 6 * MINUTE, '503');
    for (const minute of [4, 5, 6]) expect(await stuckSince(NOW + minute * MINUTE)).toBeUndefined();
    expect(await handedOn()).toEqual([NOW + 6 * MINUTE, undefined]);
    await notices.settle({ channel: first, sequence: 1 }, { at: NOW, outcome: 'delivered', answer: '' });
    await notices.settle({ channel: first, sequence: 2 }, { at: NOW, outcome: 'delivered', answer: '' });
    expect(await stuckSince(NOW + 9 * MINUTE)).toBeUndefined();
  });
});
