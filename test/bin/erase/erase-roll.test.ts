import { inflateRawSync } from 'node:zlib';
import { type AttributeValue, CreateTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSubject, eraseSubject } from '../../../bin/erase/erase-subject.ts';
import { subjectOf } from '../../../bin/records/subject.ts';
import { writeSubject } from '../../../bin/subject/write-subject.ts';
import { StoreUnavailableError } from '../../../lambda/core/dynamo/errors.ts';
import { TABLES } from '../../../lambda/core/dynamo/tables.ts';
import { createChannelStore } from '../../../lambda/core/telling/channel-store.ts';
import type { TickDeps } from '../../../lambda/watch/tick.ts';
import { MINUTE, openWatch, START, type TestWatch } from '../../watch/support.ts';

const PEOPLE = 'PeopleOfThisTest';
let watch: TestWatch;
beforeEach(async () => {
  watch = await openWatch();
  await watch.client.send(
    new CreateTableCommand({
      TableName: PEOPLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: TABLES.people.partitionKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: TABLES.people.partitionKey, KeyType: 'HASH' }],
    }),
  );
});
afterEach(() => watch.close());

const channels = () => createChannelStore({ client: watch.client, tableName: watch.tables.roll });
const tables = () => ({ client: watch.client, ...watch.tables, people: PEOPLE });

/** Everything that lies in the table, as text, whatever is compressed. */
async function everything(): Promise<string> {
  const texts: string[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const command = new ScanCommand({ TableName: watch.tables.roll, ExclusiveStartKey: from });
    const { Items = [], LastEvaluatedKey } = await watch.client.send(command);
    for (const item of Items) {
      texts.push(JSON.stringify(item), ...(item.data?.B ? [inflateRawSync(item.data.B).toString()] : []));
    }
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return texts.join('\n');
}

/** Two sources that fell silent, whose outages anna has taken on, and one that answers. */
async function fallSilent(instance: (giveUpAt: number) => Promise<unknown>, ...sources: string[]): Promise<string[]> {
  for (const source of sources) {
    await watch.expectOf(source, { every: '5m', grace: '1m' });
    await watch.say(source);
  }
  for (let minute = 1; minute <= 8; minute++) {
    watch.now = START + minute * MINUTE;
    await watch.say('background');
    await instance(watch.now + 40_000);
  }
  const ids: string[] = [];
  for (const source of sources) {
    const id = (await watch.store.getSource(source))?.outage?.id ?? '';
    await watch.store.addNote(id, { at: watch.now, by: 'anna', text: 'I look' }, 'k');
    await watch.store.addNote(id, { at: watch.now, by: 'bob', text: 'So do I' }, 'l');
    expect(await watch.store.acknowledge(id, { at: watch.now, by: 'anna' })).toBe('acknowledged');
    ids.push(id);
  }
  return ids;
}

describe('a source', () => {
  it('goes from the roll with its outages, their notes and what the watch remembers, and everything else stays', async () => {
    const warm = watch.createInstance();
    const [, kept = ''] = await fallSilent(warm, 'door', 'window');
    expect(await everything()).toContain('door');
    const door = subjectOf('source', 'door');
    const found = { records: 1, idempotencyKeys: 0 };
    // The summary of the watch, and two of people.
    const roll = new Map([
      ['sources', 1],
      ['outages', 1],
      ['notes', 3],
    ]);
    expect(await countSubject(tables(), door)).toMatchObject({ ...found, roll });
    expect(await eraseSubject(tables(), door)).toMatchObject({ ...found, roll, isGone: true });
    const left = await everything();
    expect(left).not.toContain('door');
    expect(left).toContain('window');
    expect((await watch.store.getOutage(kept))?.notes).toHaveLength(3);
    expect((await countSubject(tables(), door)).roll.size).toBe(0);
  });

  it('is not brought back by the watch, neither by an instance that remembers it nor by a new one', async () => {
    const warm = watch.createInstance();
    await watch.say('door');
    await fallSilent(warm, 'window');
    expect(await watch.store.getSource('door')).toMatchObject({ standing: 'unwatched' });
    expect((await eraseSubject(tables(), subjectOf('source', 'door'))).isGone).toBe(true);
    for (const instance of [warm, watch.createInstance(), warm]) {
      watch.now += MINUTE;
      await watch.say('background');
      await watch.tick(instance);
      expect(await everything()).not.toContain('door');
    }
    watch.now += MINUTE;
    await watch.say('door');
    await watch.tick(warm);
    expect(await watch.store.getSource('door')).toMatchObject({ version: 1, lastContact: watch.now });
  });

  it('that should have entered long ago is left to the next tick where the index asks to be called less', async () => {
    const answers: (readonly [] | undefined)[] = [undefined, []];
    const refusing: Partial<TickDeps> = {
      timestamps: {
        list: async () => {
          const records = answers.shift();
          if (records === undefined) throw new StoreUnavailableError('busy', { throttled: true });
          return { records, more: false };
        },
      },
    };
    const warm = watch.createInstance(watch.client, refusing);
    await watch.say('door');
    await watch.tick(warm);
    for (let minute = 1; minute <= 2; minute++) {
      watch.now += MINUTE;
      await watch.say('background');
      await watch.tick(warm);
    }
    await eraseSubject(tables(), subjectOf('source', 'door'));
    for (const left of [1, 0, 0]) {
      watch.now += MINUTE;
      await watch.tick(warm);
      expect(answers.length).toBe(left);
      expect(await watch.store.getSource('door')).toBeUndefined();
    }
  });
});

describe('somebody', () => {
  it('goes with the notes of that name, and others keep their outages without the name', async () => {
    const warm = watch.createInstance();
    const ids = await fallSilent(warm, 'door', 'window');
    // One of them ends: what was acknowledged is the last outage of its source.
    await watch.say('door');
    watch.now += MINUTE;
    await watch.tick(warm);
    await channels().put({
      name: 'ops',
      kind: 'mail',
      to: ['ops@example.com'],
      sealed: {},
      updatedAt: 1,
      updatedBy: 'anna',
    });
    const anna = subjectOf('person', 'anna');
    const roll = new Map([
      ['notes', 2],
      ['mentions', 5],
    ]);
    expect(await countSubject(tables(), anna)).toMatchObject({ records: 0, roll });
    const versions = async () =>
      (await Promise.all(['door', 'window'].map(watch.store.getSource))).map((one) => one?.version);
    const before = await versions();
    expect(await eraseSubject(tables(), anna)).toMatchObject({ records: 0, roll, isGone: true });
    expect(await everything()).not.toContain('anna');
    expect(await versions()).toEqual(before.map((version = 0) => version + 1));
    for (const id of ids) {
      const outage = await watch.store.getOutage(id);
      expect(outage).toMatchObject({ acknowledgedAt: expect.any(Number) });
      expect(outage?.notes.map(({ by }) => by)).not.toContain('anna');
    }
    expect(await watch.store.getSource('window')).toMatchObject({ outage: { id: ids[1] } });
    expect(await channels().get('ops')).toMatchObject({ to: ['ops@example.com'], updatedAt: 1 });
    await watch.tick(warm);
    expect(await everything()).not.toContain('anna');
  });

  it('is shown what of the roll is about that name: as a source, as an author and as who took an outage on', async () => {
    const [id = ''] = await fallSilent(watch.createInstance(), 'door', 'anna');
    let text = '';
    const { timestamps, people, roll } = tables();
    const open = {
      client: watch.client,
      names: new Map([
        ['timestamps', timestamps],
        ['people', people],
        ['roll', roll],
      ] as const),
      place: '',
      stage: undefined,
      shards: 4,
      retentionDays: undefined,
      folder: undefined,
      close: async () => {},
    };
    await writeSubject('anna', open, async (some) => {
      text += some;
    });
    const { sources, outages, notes } = JSON.parse(text);
    expect(sources.map(({ source }: { source: string }) => source).toSorted()).toEqual(['anna', 'door']);
    expect(outages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id, source: 'door', acknowledgedBy: 'anna' }),
        expect.objectContaining({ source: 'anna' }),
      ]),
    );
    expect(notes).toContainEqual({ outage: id, at: watch.now, by: 'anna', text: 'I look' });
  });
});
