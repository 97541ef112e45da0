import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countSubject, type EraseTables, eraseSubject } from '../../../bin/erase/erase-subject.ts';
import { subjectOf } from '../../../bin/records/subject.ts';
import { writeSubject } from '../../../bin/subject/write-subject.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { bearer, createTestGate } from '../../support/keys.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { backends } from '../../support/stores.ts';

const NONE = new Map();

describe.each(backends())('on $name', (backend) => {
  let server: TestServer;
  let tables: EraseTables;
  const gate = createTestGate();
  const keys = { anna: bearer(gate.add({ name: 'anna' })), bob: bearer(gate.add({ name: 'bob' })) };
  beforeEach(async () => {
    server = await startServer(backend, { access: 'keys', deps: { gate } });
    const { timestamps, people } = server.env.tables;
    tables = { client: createDynamoClient(server.env), timestamps, people };
  });
  afterEach(() => server.close());

  async function post(who: keyof typeof keys, source: string, key?: string) {
    const headers = { ...keys[who], accept: 'application/json', ...(key && { 'idempotency-key': key }) };
    const { status, text, headers: got } = await server.send('POST', `/app?source=${source}`, { headers });
    return { status, id: String(JSON.parse(text).id), isReplay: got['idempotency-replayed'] === 'true' };
  }
  async function listed(source?: string): Promise<string[]> {
    const { text } = await server.send('GET', `/app?format=ndjson&limit=1000${source ? `&source=${source}` : ''}`, {
      headers: keys.bob,
    });
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).id);
  }
  const everything = async () =>
    (await tables.client.send(new ScanCommand({ TableName: tables.timestamps }))).Items ?? [];

  it('a retry brings a record back whose item alone was deleted, and brings back nothing that was erased', async () => {
    const first = await post('anna', 'door', 'k1');
    const Key = toItem({ pk: `t#${shardOf(first.id)}`, sk: first.id });
    await tables.client.send(new DeleteItemCommand({ TableName: tables.timestamps, Key }));
    expect(await listed()).toEqual([]);
    // The copy in the item of the key is why an erasure has to look for it.
    expect(await post('anna', 'door', 'k1')).toEqual({ status: 201, id: first.id, isReplay: true });
    expect(await listed()).toEqual([first.id]);

    expect(await eraseSubject(tables, subjectOf('source', 'door'))).toEqual({
      records: 1,
      idempotencyKeys: 1,
      people: 0,
      roll: NONE,
      isGone: true,
    });
    expect(await everything()).toEqual([]);
    const again = await post('anna', 'door', 'k1');
    expect(again).toEqual({ status: 201, id: expect.not.stringContaining(first.id), isReplay: false });
    expect(await listed()).toEqual([again.id]);
  });

  it('a source goes with its index and its keys, and everything else stays', async () => {
    const kept = [await post('anna', 'window', 'w'), await post('bob', 'doors'), await post('bob', 'Door', 'd')];
    for (let count = 0; count < 60; count++) await post('anna', 'door', count % 2 === 0 ? `k${count}` : undefined);
    const door = subjectOf('source', 'door');
    const found = { records: 60, idempotencyKeys: 30, people: 0 };
    expect(await countSubject(tables, door)).toMatchObject(found);
    expect((await listed('door')).length).toBe(60);
    expect(await eraseSubject(tables, door)).toEqual({ ...found, roll: NONE, isGone: true });
    expect([await listed('door'), (await listed()).toSorted()]).toEqual([[], kept.map(({ id }) => id).toSorted()]);
    // Three records and two keys.
    expect((await everything()).length).toBe(5);
    expect(await countSubject(tables, door)).toMatchObject({ records: 0, idempotencyKeys: 0 });
  });

  it('somebody goes with the birthday, with what was recorded by that name and what has it as its source', async () => {
    await server.send('PUT', '/hello/anna', { headers: keys.bob, body: '{"dateOfBirth":"1990-05-17"}' });
    await server.send('PUT', '/hello/Anna', { headers: keys.bob, body: '{"dateOfBirth":"1990-05-18"}' });
    await post('anna', 'door', 'k1');
    await post('anna', 'anna');
    await post('bob', 'anna', 'k2');
    const kept = await post('bob', 'door');
    const anna = subjectOf('person', 'anna');
    expect(await countSubject(tables, anna)).toEqual({
      records: 3,
      recordedBy: 2,
      asSource: 2,
      idempotencyKeys: 2,
      people: 1,
      roll: NONE,
    });
    expect(await eraseSubject(tables, anna)).toEqual({
      records: 3,
      idempotencyKeys: 2,
      people: 1,
      roll: NONE,
      isGone: true,
    });
    expect([await listed(), (await everything()).length]).toEqual([[kept.id], 1]);
    const people = await tables.client.send(new ScanCommand({ TableName: tables.people }));
    expect(people.Items?.map(({ username }) => username)).toEqual([{ S: 'Anna' }]);
  });

  it('an address goes in whichever way it is written', async () => {
    const { timestamps } = server.deps;
    const written = ['2001:db8::1', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8:0:0:0:0:0:1', '2001:db8::2'];
    for (const clientIp of written) {
      const id = server.deps.nextId();
      await timestamps.put({ id, timestamp: '', clientIp, protocol: 'https', requestId: 'r' });
    }
    const address = subjectOf('address', '2001:DB8:0::1');
    expect(await eraseSubject(tables, address)).toMatchObject({ records: 3, isGone: true });
    expect((await everything()).map(({ clientIp }) => clientIp?.S)).toEqual(['2001:db8::2']);
  });

  it('what is recorded while it is erased is erased, too, or it says that there is more', async () => {
    await post('anna', 'door');
    let answers = 0;
    // After each part of each pass, somebody has recorded something.
    tables.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === 'BatchWriteItemCommand' && answers++ < 2) await post('anna', 'door', `late-${answers}`);
          return answer;
        },
      { step: 'initialize' },
    );
    expect(await eraseSubject(tables, subjectOf('source', 'door'))).toEqual({
      records: 3,
      idempotencyKeys: 2,
      people: 0,
      roll: NONE,
      isGone: true,
    });
    answers = Number.NEGATIVE_INFINITY;
    await post('anna', 'door');
    expect((await eraseSubject(tables, subjectOf('source', 'door'))).isGone).toBe(false);
  });

  it('all that is known of somebody is one JSON, with nothing that would let anybody in', async () => {
    await server.send('PUT', '/hello/anna', { headers: keys.bob, body: '{"dateOfBirth":"1990-05-17"}' });
    const mine = [await post('anna', 'door', 'k1'), await post('bob', 'anna')];
    await post('bob', 'door');
    let text = '';
    const names = new Map([
      ['timestamps', tables.timestamps],
      ['people', tables.people],
    ] as const);
    const open = {
      client: tables.client,
      names,
      place: '',
      stage: undefined,
      shards: 4,
      retentionDays: undefined,
      folder: undefined,
      close: async () => {},
    };
    expect(
      await writeSubject('anna', open, async (some) => {
        text += some;
      }),
    ).toBe(2);
    const all = JSON.parse(text);
    expect(all).toEqual({
      person: 'anna',
      birthday: { username: 'anna', dateOfBirth: '1990-05-17' },
      keys: [],
      records: expect.arrayContaining([
        expect.objectContaining({ id: mine[0]?.id, recordedBy: 'anna', source: 'door' }),
        expect.objectContaining({ id: mine[1]?.id, recordedBy: 'bob', source: 'anna' }),
      ]),
      idempotencyKeys: [{ record: expect.objectContaining({ id: mine[0]?.id }), expiresAt: expect.any(Number) }],
      sources: [],
      outages: [],
      notes: [],
      channels: [],
    });
    expect(all.records.length).toBe(2);
    text = '';
    await writeSubject('nobody', open, async (some) => {
      text += some;
    });
    const nothing = { records: [], idempotencyKeys: [], sources: [], outages: [], notes: [], channels: [] };
    expect(JSON.parse(text)).toEqual({ person: 'nobody', birthday: null, keys: [], ...nothing });
  });
});
