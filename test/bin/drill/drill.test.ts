import { BatchWriteItemCommand, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drillRestore } from '../../../bin/drill/drill.ts';
import { drillNameOf, isOfDrill } from '../../../bin/drill/drill-tables.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { itemOf } from '../../../lambda/core/timestamps/store.ts';
import { makeId, shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { createRestoreModel, type ModelOptions } from './restore-model.ts';

const MOMENT = new Date('2026-11-20T22:15:00Z');
const RECORDS = 40;
const NAMES = {
  timestamps: 'rollcall-prod-data-TimestampsTable0-A',
  people: 'rollcall-prod-data-PeopleTable0-A',
  keys: 'rollcall-prod-data-KeysTable0-A',
} as const;

let dynamo: EmbeddedDynamo;
let begun = MOMENT.getTime();
/** The ids of the records; all but the last were there at the moment. */
const ids = Array.from({ length: RECORDS }, (_, index) =>
  makeId((MOMENT.getTime() - 3_600_000) * 1000 + index * 1000, index % 4, new Uint8Array(7).fill(index)),
);
const late = makeId((MOMENT.getTime() + 1000) * 1000, 0, new Uint8Array(7));

beforeEach(async () => {
  dynamo = await startEmbeddedDynamo();
  await createTables({ region: 'us-east-1', dynamodbEndpoint: dynamo.endpoint, tables: NAMES });
  const { client } = model();
  const items = [...ids, late].map((id) =>
    itemOf({ id, timestamp: '', clientIp: 'unknown', protocol: 'https', requestId: 'r' }, undefined),
  );
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [NAMES.timestamps]: requests } }));
  }
  const Item = toItem({ username: 'anna', dateOfBirth: '1990-05-17' });
  await client.send(new PutItemCommand({ TableName: NAMES.people, Item }));
});
afterEach(() => dynamo.close());

function model(options: Partial<ModelOptions> = {}) {
  return createRestoreModel({ endpoint: dynamo.endpoint, moment: MOMENT, ...options });
}

/** A drill, in which time passes only when it waits. */
async function drill(restore: ReturnType<typeof model>, signal = new AbortController().signal) {
  // No two begin at the same time.
  begun += 3_600_000;
  let time = begun;
  const lines: string[] = [];
  const wait = async (milliseconds: number, until?: AbortSignal) => {
    until?.throwIfAborted();
    time += milliseconds;
  };
  const drilled = await drillRestore({
    client: restore.client,
    stage: 'prod',
    tables: new Map(
      Object.entries(NAMES).map(([id, name]) => [id === 'people' || id === 'keys' ? id : 'timestamps', name]),
    ),
    present: await restore.tables(),
    shards: 4,
    pace: { now: () => time, wait },
    signal,
    log: (line) => lines.push(line),
    sample: 2,
  });
  return { ...drilled, lines };
}
const leftovers = async () => (await model().tables()).filter((name) => !Object.values<string>(NAMES).includes(name));

describe('a drill', () => {
  it('restores each table beside the live one, compares them, and leaves nothing', async () => {
    const { moment, tables } = await drill(model());
    expect(new Date(moment)).toEqual(MOMENT);
    const common = { problems: [], milliseconds: expect.any(Number) };
    expect(tables).toEqual([
      { id: 'timestamps', restoredItems: RECORDS, liveItems: RECORDS, sampled: 2, equal: 2, ...common },
      { id: 'people', restoredItems: 1, liveItems: 1, sampled: 1, equal: 1, ...common },
      { id: 'keys', restoredItems: 0, liveItems: 0, sampled: 0, equal: 0, ...common },
    ]);
    // Of each it looked three times in vain.
    for (const { milliseconds } of tables) expect(milliseconds).toBeGreaterThanOrEqual(45_000);
    expect(await leftovers()).toEqual([]);
  });

  /** The calls of a drill at which it begins to do something else, by their numbers. */
  async function steps(): Promise<readonly number[]> {
    const calls: string[] = [];
    await drill(model({ onCall: (call) => calls.push(call) }));
    const turns = calls.flatMap((call, index) => (call === calls[index - 1] ? [] : [index + 1]));
    expect(new Set(calls).size).toBe(7);
    return turns;
  }

  it('takes what was deleted or written since for no loss', async () => {
    const restore = model({
      onCall: (call) => {
        if (call === 'ScanCommand') deleted ??= remove(ids[0] ?? '');
      },
    });
    let deleted: Promise<unknown> | undefined;
    const remove = (id: string) =>
      model().client.send(
        new DeleteItemCommand({ TableName: NAMES.timestamps, Key: toItem({ pk: `t#${shardOf(id)}`, sk: id }) }),
      );
    const [timestamps] = (await drill(restore)).tables;
    await deleted;
    expect(timestamps).toMatchObject({ restoredItems: RECORDS, problems: [] });
    // The record that was written after the moment counts on neither side.
    expect(timestamps?.liveItems).toBeLessThanOrEqual(RECORDS);
  });

  it('says what is missing, and what differs', async () => {
    const some = (await drill(model({ loses: (item) => JSON.stringify(item).includes(ids[7] ?? '') }))).tables;
    expect(some[0]).toMatchObject({
      restoredItems: RECORDS - 1,
      problems: expect.arrayContaining(['1 records are missing']),
    });
    const all = (await drill(model({ loses: () => true }))).tables;
    expect(all.map(({ problems }) => problems)).toEqual([
      [`${RECORDS} records are missing`, '2 of a sample of 2 are missing or differ'],
      ['it is empty: was all of it written since?'],
      [],
    ]);
    expect(await leftovers()).toEqual([]);
  });

  it('removes what it made when it is interrupted, whenever that is', async () => {
    for (const last of await steps()) {
      const interrupt = new AbortController();
      let made = 0;
      const restore = model({ onCall: () => ++made === last && interrupt.abort(new Error('interrupted')) });
      await drill(restore, interrupt.signal).catch((error) => expect(error).toEqual(new Error('interrupted')));
      expect(await leftovers(), `interrupted at call ${last}`).toEqual([]);
    }
  }, 180_000);

  it('removes what a drill before it has left that was killed, whenever that was', async () => {
    let left = 0;
    // Every other one: the test before this one stops at all of them.
    for (const last of (await steps()).filter((_, index) => index % 2 === 0)) {
      let made = 0;
      const killed = model({
        onCall: () => {
          if (++made >= last) throw new Error('killed');
        },
      });
      // No two drills make all their calls in the same order: it may have ended before.
      await drill(killed).catch((error) => expect(String(error)).toContain('killed'));
      const names = await leftovers();
      left += names.length;
      const { lines } = await drill(model());
      expect(lines.filter((line) => line.endsWith('which an earlier drill has left.')).length).toBe(names.length);
      expect(await leftovers(), `killed at call ${last}`).toEqual([]);
    }
    expect(left).toBeGreaterThan(10);
  }, 180_000);

  it('removes tables that are protected, though none should be', async () => {
    await drill(model({ protects: true }));
    expect(await leftovers()).toEqual([]);
  });

  it('says of which table the point-in-time recovery is off, and makes nothing', async () => {
    const restore = model();
    restore.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'DescribeContinuousBackupsCommand') return next(args);
          return { response: undefined, output: { $metadata: {} } } as never;
        },
      { step: 'initialize', priority: 'high' },
    );
    await expect(drill(restore)).rejects.toThrow(
      `${NAMES.timestamps} cannot be restored: its point-in-time recovery is off.`,
    );
    expect(await leftovers()).toEqual([]);
  });
});

describe('the name of a restored table', () => {
  it('is told from that of every other table, also of a stage whose name ends in drill', () => {
    const made = drillNameOf('prod', 'timestamps', MOMENT.getTime());
    expect(made).toBe('rollcall-prod-drill-Timestamps-20261120T221500Z');
    expect(isOfDrill(made, 'prod')).toBe(true);
    const others = [
      ...Object.values(NAMES),
      'rollcall-prod-drill-data-TimestampsTable0A1B2C3D-1A2B3C4D5E6F',
      drillNameOf('prod-drill', 'timestamps', MOMENT.getTime()),
      drillNameOf('pro', 'timestamps', MOMENT.getTime()),
      'rollcall-prod-drill-Timestamps-20261120T221500Z-restored',
      'rollcall-prod-drill-Other-20261120T221500Z',
    ];
    expect(others.filter((name) => isOfDrill(name, 'prod'))).toEqual([]);
  });
});
