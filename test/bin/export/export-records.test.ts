import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportTarget, exportRecords } from '../../../bin/export/export-records.ts';
import { parseExportOptions } from '../../../bin/export/options.ts';
import { importRecords } from '../../../bin/import/import-records.ts';
import { lineOf } from '../../../bin/records/record-text.ts';
import { createDynamoClient } from '../../../lambda/core/dynamo/client.ts';
import { toItem } from '../../../lambda/core/dynamo/items.ts';
import { expiryOf, type TimestampRecord } from '../../../lambda/core/timestamps/record.ts';
import { createTimestampStore } from '../../../lambda/core/timestamps/store.ts';
import { shardOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { records } from '../../support/records.ts';
import { backends, openStore } from '../../support/stores.ts';

const progress = { show: () => {}, end: () => {} };
const SHARDS = 7;

/** So many records, some of one microsecond, of all shapes. */
const RECORDS = [
  ...new Map(fc.sample(records(SHARDS), { numRuns: 400, seed: 7 }).map((record) => [record.id, record])).values(),
].sort((a, b) => (a.id < b.id ? -1 : 1));

describe.each(backends())('an export from $name', (backend) => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let target: { client: ExportTarget['client']; tableName: string };
  beforeAll(async () => {
    store = await openStore(backend);
    target = { client: createDynamoClient(store.env), tableName: store.env.tables.timestamps };
    await fill(target, RECORDS);
  });
  afterAll(() => store.close());

  async function fill(to: typeof target, some: readonly TimestampRecord[]) {
    const timestamps = createTimestampStore({ ...to, shards: SHARDS });
    for (const record of some) await timestamps.put(record);
  }

  /** What it writes with some flags, and what it came to. */
  async function exported(flags = '', from = target, until = Number.POSITIVE_INFINITY, held = 60) {
    let text = '';
    const stop = new AbortController();
    const write = async (lines: string) => {
      text += lines;
      if (text.length > until) stop.abort(new Error('stopped'));
    };
    const options = parseExportOptions(flags.split(' ').filter(Boolean));
    const result = await exportRecords(options, { ...from, held, write, progress, signal: stop.signal });
    return { text, ...result };
  }
  const linesOf = (some: readonly TimestampRecord[]) => some.map((record) => lineOf('ndjson', record)).join('');

  it.each([1, 20, 700, 6000])(
    'has every record, the oldest first, whatever shard each lies in, while it holds %i',
    async (held) => {
      const { text, records: count, last } = await exported('', target, undefined, held);
      expect(text).toBe(linesOf(RECORDS));
      expect([count, last]).toEqual([RECORDS.length, RECORDS.at(-1)?.id]);
    },
  );

  it('has the records of a source, and of a time', async () => {
    const source = RECORDS.find((record) => record.source !== undefined)?.source ?? '';
    const { text } = await exported(`--source ${source}`);
    expect(text).toBe(linesOf(RECORDS.filter((record) => record.source === source)));
    const [from, to] = [RECORDS[100]?.timestamp ?? '', RECORDS[300]?.timestamp ?? ''];
    const inTime = await exported(`--from ${from} --to ${to}`);
    expect(inTime.text).toBe(linesOf(RECORDS.filter(({ timestamp }) => from <= timestamp && timestamp < to)));
    expect((await exported(`--from ${to} --to ${from}`)).text).toBe('');
    expect((await exported('--source nobody')).text).toBe('');
  });

  it.each(['ndjson', 'csv'])('goes on where it was, wherever that is: %s', async (format) => {
    const whole = await exported(`--format ${format}`);
    const ids = RECORDS.filter((_, index) => index % 57 === 0).map(({ id }) => id);
    for (const id of ids) {
      const rest = await exported(`--format ${format} --after ${id}`);
      expect(whole.text.endsWith(rest.text)).toBe(true);
      expect(rest.records).toBe(RECORDS.filter((record) => record.id > id).length);
    }
  });

  it('says behind which record it stopped, and goes on there', async () => {
    const begun = await exported('', target, 20_000);
    expect(begun.failure).toEqual(new Error('stopped'));
    expect(begun.records).toBeLessThan(RECORDS.length);
    const rest = await exported(`--after ${begun.last}`);
    expect(begun.text + rest.text).toBe(linesOf(RECORDS));
  });

  it.each(['ndjson', 'csv'])('is the same bytes after it went into another store, twice: %s', async (format) => {
    const whole = await exported(`--format ${format}`);
    const other = await openStore(backend, 2);
    const into = { client: createDynamoClient(other.env), tableName: other.env.tables.timestamps };
    const problems: unknown[] = [];
    const options = {
      ...into,
      readableShards: 16,
      retentionDays: 30,
      now: 0,
      signal: new AbortController().signal,
      onProblem: (...problem: unknown[]) => problems.push(problem),
      onWritten: () => {},
    };
    for (let times = 0; times < 2; times++) {
      // In pieces that end anywhere, within a character, too.
      const bytes = Buffer.from(whole.text);
      const pieces = async function* () {
        for (let at = 0; at < bytes.length; at += 1009) yield bytes.subarray(at, at + 1009);
      };
      expect(await importRecords(pieces(), options)).toMatchObject({ records: RECORDS.length, problems: 0 });
      expect(problems).toEqual([]);
      expect((await exported(`--format ${format}`, into)).text).toBe(whole.text);
      expect((await exported('', into)).text).toBe(linesOf(RECORDS));
    }
    // Each expires as it does where it is now.
    const [{ id } = { id: '' }] = RECORDS;
    const Key = toItem({ pk: `t#${shardOf(id)}`, sk: id });
    const { Item } = await into.client.send(new GetItemCommand({ TableName: into.tableName, Key }));
    expect(Item?.expiresAt).toEqual({ N: String(expiryOf(id, 30)) });
    // By source it is read from the index.
    const source = RECORDS.find((record) => record.source !== undefined)?.source ?? '';
    expect((await exported(`--source ${source}`, into)).text).toBe((await exported(`--source ${source}`)).text);
    await other.close();
  });

  it('leaves out what is no record, and says so', async () => {
    const other = await openStore(backend);
    const from = { client: createDynamoClient(other.env), tableName: other.env.tables.timestamps };
    const [{ id } = { id: '' }] = RECORDS;
    await fill(from, RECORDS.slice(1, 3));
    const Item = toItem({
      pk: `t#${shardOf(id)}`,
      sk: id,
      note: 'of another kind',
    });
    await from.client.send(new PutItemCommand({ TableName: from.tableName, Item }));
    const { text, records: count, unreadable } = await exported('', from);
    expect([text, count]).toEqual([linesOf(RECORDS.slice(1, 3)), 2]);
    expect(unreadable).toEqual([expect.stringContaining(id)]);
    await other.close();
  });
});

it.each([
  ['--format xml', "--format is 'xml'; it must be ndjson or csv"],
  ['--from yesterday', "--from is 'yesterday'; it must be a time of RFC 3339"],
  ['--after 5', "--after is '5'; it must be the id of a timestamp"],
  ['--nonsense', "Unknown option '--nonsense'"],
])('the command line of npm run export is refused, with what is wrong: %s', (line, message) => {
  expect(() => parseExportOptions(line.split(' '))).toThrow(message);
});
