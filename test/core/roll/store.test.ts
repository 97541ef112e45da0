import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { type CheckpointStore, chunksOf, createCheckpointStore } from '../../../lambda/core/roll/checkpoint.ts';
import { outageId } from '../../../lambda/core/roll/outage-id.ts';
import type { Heard, RollEvent, SourceState } from '../../../lambda/core/roll/state.ts';
import { createRollStore, type RollStore } from '../../../lambda/core/roll/store.ts';
import { backends, openStore } from '../../support/stores.ts';
import { HOUR, heardOf, MINUTE, NOON } from './support.ts';

describe.each(backends())('in $name', (backend) => {
  let client: ReturnType<typeof createDynamoClient>;
  let roll: RollStore;
  let checkpoint: CheckpointStore;
  beforeEach(async () => {
    const store = await openStore(backend);
    client = createDynamoClient(store.env);
    const tableName = store.env.tables.roll ?? '';
    roll = createRollStore({ client, tableName });
    checkpoint = createCheckpointStore({ client, tableName });
    return async () => {
      client.destroy();
      await store.close();
    };
  });

  const state = (source: string, more: Partial<SourceState> = {}): SourceState => ({
    source,
    version: 1,
    standing: 'up',
    since: NOON,
    ...more,
  });
  const tagged = (tag: string) => JSON.stringify({ every: '1d', grace: '1h', tags: [tag] });

  /** An event about the one outage of a source. */
  function eventOf(
    source: string,
    kind: RollEvent['kind'],
    at: number,
    more: Partial<RollEvent['outage']> = {},
  ): RollEvent {
    const outage = { id: outageId(source, NOON, 'silent'), startedAt: NOON, reason: 'silent' as const, ...more };
    return { id: `${source} ${kind} ${at}`, kind, source, at, outage, told: true, tick: 't' };
  }

  describe('a source', () => {
    it('is found as it was put, whatever is said of it', async () => {
      const heard = heardOf([
        { at: NOON, state: 'start', run: 'a' },
        { at: NOON + 1, exit: 2, values: { disk: 9.5 } },
      ]);
      const outage = {
        id: outageId('x', NOON, 'failed'),
        startedAt: NOON,
        reason: 'failed',
        detail: 'exit 2',
      } as const;
      const event = eventOf('x', 'opened', NOON);
      const whole = state('x', {
        standing: 'down',
        outage,
        parked: heard,
        outbox: { [event.id]: event },
        changes: [NOON],
      });
      expect(await roll.getSource('x')).toBeUndefined();
      expect(await roll.putState(whole, 0)).toBe(true);
      expect(await roll.getSource('x')).toEqual(whole);
    });

    it('is changed by one of many who have read the same version', async () => {
      expect(await roll.putState(state('x'), 0)).toBe(true);
      expect(await roll.putState(state('x', { standing: 'paused' }), 0)).toBe(false);
      const puts = await Promise.all(
        Array.from({ length: 8 }, (_, since) => roll.putState(state('x', { version: 2, since }), 1)),
      );
      expect(puts.filter(Boolean)).toHaveLength(1);
      expect(await roll.getSource('x')).toMatchObject({ version: 2, since: puts.indexOf(true) });
      expect(await roll.putState(state('x', { version: 2 }), 1)).toBe(false);
    });

    it('stands in the list, the worst first, by pages of any size, once', async () => {
      const standings = ['up', 'down', 'affected', 'waiting', 'paused', 'unwatched'] as const;
      for (const [index, standing] of [...standings, ...standings].entries()) {
        await roll.putState(
          state(`${standing}-${index}`, { standing, expectation: tagged(index % 2 ? 'odd' : 'even') }),
          0,
        );
      }
      const late = ['affected-2', 'down-1', 'gone', 'up-0'];
      const all = await roll.listSources({ limit: 100, late });
      expect(all.next).toBeUndefined();
      expect(all.sources.map(({ source, standing }) => `${standing}: ${source}`)).toEqual([
        'down: down-1',
        'down: down-7',
        'late: affected-2',
        'late: up-0',
        'affected: affected-8',
        'waiting: waiting-3',
        'waiting: waiting-9',
        'paused: paused-10',
        'paused: paused-4',
        'up: up-6',
        'unwatched: unwatched-11',
        'unwatched: unwatched-5',
      ]);
      for (const limit of [1, 2, 5]) {
        const names: string[] = [];
        for (let after: (typeof all)['next'] | 'begin' = 'begin'; after !== undefined; ) {
          const page: typeof all = await roll.listSources({
            limit,
            late,
            after: after === 'begin' ? undefined : after,
          });
          expect(page.sources.length).toBeLessThanOrEqual(limit);
          names.push(...page.sources.map(({ source }) => source));
          after = page.next;
        }
        expect(names, String(limit)).toEqual(all.sources.map(({ source }) => source));
      }
      const odd = await roll.listSources({ limit: 100, tag: 'odd', late });
      expect(odd.sources).toHaveLength(6);
      expect(odd.sources.every(({ expectation }) => expectation === tagged('odd'))).toBe(true);
      const down = await roll.listSources({ limit: 1, standing: 'down' });
      expect(down).toMatchObject({ sources: [{ source: 'down-1' }], next: { source: 'down-1', standing: 'down' } });
    });
  });

  describe('an outage', () => {
    const id = outageId('x', NOON, 'silent');

    it('is in the history what its latest event says, in whatever order and however often they come', async () => {
      const opened = eventOf('x', 'opened', NOON + 1);
      const ended = eventOf('x', 'resolved', NOON + HOUR, { endedAt: NOON + MINUTE, endedBy: 'answer' });
      for (const event of [opened, ended, opened, ended]) await roll.recordEvent(event);
      expect(await roll.getOutage(id)).toEqual({ ...ended.outage, source: 'x', notes: [] });
      expect((await roll.listOutages({ limit: 10, open: false, source: 'x' })).outages).toHaveLength(1);

      await roll.recordEvent(eventOf('x', 'reopened', NOON + 2 * HOUR));
      const again = await roll.getOutage(id);
      expect(again).toMatchObject({ source: 'x', startedAt: NOON });
      expect(again).not.toHaveProperty('endedAt');
    });

    it('has its notes in the order of time, each once under its key', async () => {
      await roll.recordEvent(eventOf('x', 'opened', NOON));
      await roll.addNote(id, { at: NOON + 2, by: 'ann', text: 'second' }, 'b');
      await roll.addNote(id, { at: NOON + 1, text: 'first' }, 'a');
      await roll.addNote(id, { at: NOON + 2, by: 'ann', text: 'second, again' }, 'b');
      await roll.addNote(outageId('y', NOON, 'silent'), { at: NOON, text: 'of another' }, 'a');
      expect((await roll.getOutage(id))?.notes).toEqual([
        { at: NOON + 1, text: 'first' },
        { at: NOON + 2, by: 'ann', text: 'second, again' },
      ]);
      expect(await roll.getOutage(outageId('z', NOON, 'silent'))).toBeUndefined();
    });

    it('is taken on while it is open, and only then', async () => {
      const by = { at: NOON + 5, by: 'ann' };
      expect(await roll.acknowledge(id, by)).toBe('unknown');
      const opened = eventOf('x', 'opened', NOON);
      await roll.recordEvent(opened);
      await roll.putState(state('x', { standing: 'down', outage: opened.outage }), 0);
      expect((await roll.listOutages({ limit: 10, open: true })).outages).toMatchObject([{ id, source: 'x' }]);
      expect(await roll.acknowledge(id, by)).toBe('acknowledged');
      expect(await roll.getSource('x')).toMatchObject({
        version: 2,
        outage: { acknowledgedAt: NOON + 5, acknowledgedBy: 'ann' },
      });
      expect(await roll.getOutage(id)).toMatchObject({ acknowledgedAt: NOON + 5, acknowledgedBy: 'ann' });
      await roll.putState(state('x', { version: 3 }), 2);
      expect(await roll.acknowledge(id, by)).toBe('ended');
      expect((await roll.listOutages({ limit: 10, open: true })).outages).toEqual([]);
    });

    it('stands in the list, the newest first, of all shards, both ways', async () => {
      const ids: string[] = [];
      for (let hour = 0; hour < 9; hour++) {
        const startedAt = NOON + hour * HOUR;
        const one = { id: outageId(`s${hour}`, startedAt, 'silent'), startedAt };
        ids.unshift(one.id);
        await roll.recordEvent(eventOf(`s${hour}`, 'opened', startedAt, one));
      }
      const first = await roll.listOutages({ limit: 4 });
      expect(first.outages.map((one) => one.id)).toEqual(ids.slice(0, 4));
      expect(first.more).toBe(true);
      const second = await roll.listOutages({ limit: 9, before: first.last });
      expect([second.outages.map((one) => one.id), second.more]).toEqual([ids.slice(4), false]);
      const back = await roll.listOutages({ limit: 4, after: ids[8] });
      expect(back.outages.map((one) => one.id)).toEqual(ids.slice(4, 8));
    });
  });

  describe('what the watch remembers', () => {
    const heards = (count: number) =>
      new Map(
        Array.from({ length: count }, (_, index): [string, Heard] => [
          `source-${index}`,
          heardOf([{ at: NOON - index }, { at: NOON, exit: index % 3, run: `run ${index}` }]) ?? {
            runs: {},
            values: {},
          },
        ]),
      );

    it('is there again as it was, in one part or in several', async () => {
      expect(await checkpoint.read(1)).toBeUndefined();
      expect(await roll.getHeard(undefined)).toEqual(new Map());
      for (const atLeast of [1, 4]) {
        const sources = heards(200);
        const chunks = chunksOf({ position: NOON, newest: NOON - 5, restoredAt: NOON - HOUR, sources }, atLeast);
        expect(chunks).toHaveLength(atLeast);
        await checkpoint.write(chunks, NOON);
        const read = await checkpoint.read(atLeast);
        expect(read).toMatchObject({ position: NOON, newest: NOON - 5, restoredAt: NOON - HOUR });
        expect(read?.sources).toEqual(sources);
        expect(await roll.getHeard({ chunks: atLeast })).toEqual(sources);
      }
    });

    it('begins with its oldest part when some of it was not written', async () => {
      const [older, later] = [NOON, NOON + MINUTE].map((position) => chunksOf({ position, sources: heards(20) }, 2));
      await checkpoint.write(later ?? [], NOON);
      const [first] = older ?? [];
      const half = (later ?? []).map((chunk, index) => (index === 0 && first !== undefined ? first : chunk));
      await checkpoint.write(half, NOON);
      expect((await checkpoint.read(2))?.position).toBe(NOON);
    });
  });
});
