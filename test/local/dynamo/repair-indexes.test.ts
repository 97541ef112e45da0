import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDeps } from '../../../lambda/api/deps.ts';
import { parseEnv } from '../../../lambda/api/env.ts';
import { timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { repairIndexes } from '../../../local/dynamo/repair-indexes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function open() {
  const { endpoint, close } = await startEmbeddedDynamo(folder);
  const env = parseEnv({
    AWS_REGION: 'us-east-1',
    TIMESTAMPS_TABLE: 'Timestamps',
    PEOPLE_TABLE: 'People',
    DYNAMODB_ENDPOINT: endpoint,
  });
  await createTables(env);
  return { ...createDeps(env), close };
}

/** The files of the store, while it is closed. */
const openFiles = () => new ClassicLevel<string, unknown>(join(folder, 'dynamodb'), { valueEncoding: 'json' });

/** Two records with a source, of which the table has lost the second: as after a kill between index and table. */
async function cutInTwo() {
  const { timestamps, nextId, close } = await open();
  const records = [nextId(), nextId()].map((id) => {
    return { id, timestamp: timestampOf(id), source: 'a', clientIp: '192.0.2.1', protocol: 'https', requestId: 'r-1' };
  });
  for (const record of records) await timestamps.put(record);
  await close();
  const files = openFiles();
  const keys = (await files.keys({ gte: 'item-Timestamps~', lt: 'item-Timestamps~\xFF' }).all()).toSorted();
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    const item = JSON.stringify(await files.get(key));
    if (item.includes(records[1]?.id ?? '')) await files.del(key);
  }
  await files.close();
  return records.toReversed();
}

it('a record of which only the index has been written is in every list after the next start', async () => {
  const records = await cutInTwo();
  rmSync(join(folder, 'closed'));
  const { timestamps, close } = await open();
  expect((await timestamps.list({ limit: 10, source: 'a' })).records).toEqual(records);
  expect((await timestamps.list({ limit: 10 })).records).toEqual(records);
  expect(await timestamps.get(records[0]?.id ?? '')).toEqual(records[0]);
  await close();
});

it('a repair finishes what is unfinished, and nothing else', async () => {
  await cutInTwo();
  const files = openFiles();
  expect([await repairIndexes(files), await repairIndexes(files)]).toEqual([1, 0]);
  await files.close();
});
