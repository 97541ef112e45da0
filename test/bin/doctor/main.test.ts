import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDeps } from '../../../lambda/api/deps.ts';
import { parseEnv } from '../../../lambda/api/env.ts';
import { timestampOf } from '../../../lambda/core/timestamps/timestamp-id.ts';
import { createTables, LOCAL_TABLES } from '../../../local/dynamo/create-tables.ts';
import { filesOf, startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COUNT = 78;

let folder: string;
let files: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'));
  files = filesOf(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function open() {
  const { endpoint, close } = await startEmbeddedDynamo(folder);
  const env = parseEnv({ AWS_REGION: 'us-east-1', ...LOCAL_TABLES, DYNAMODB_ENDPOINT: endpoint });
  await createTables(env);
  return { ...createDeps(env), close };
}

/** Writes records, every second of them with a source, and closes the store. */
async function write(): Promise<void> {
  const { timestamps, nextId, close } = await open();
  for (let at = 0; at < COUNT; at++) {
    const id = nextId();
    const source = at % 2 === 0 ? { source: 'backup' } : {};
    await timestamps.put({
      id,
      timestamp: timestampOf(id),
      ...source,
      clientIp: '192.0.2.1',
      protocol: 'https',
      requestId: 'r',
    });
  }
  await close();
}

async function counts(): Promise<[number, number]> {
  const { timestamps, close } = await open();
  const all = await timestamps.list({ limit: 1000 });
  const ofSource = await timestamps.list({ limit: 1000, source: 'backup' });
  await close();
  return [all.records.length, ofSource.records.length];
}

function spoil(ending: string): string {
  const file = readdirSync(files).find((name) => name.endsWith(ending)) ?? '';
  const bytes = readFileSync(join(files, file));
  const at = Math.floor(bytes.length / 2);
  bytes.fill(0xaa, at, at + 20);
  writeFileSync(join(files, file), bytes);
  return file;
}

/** Makes tables of what is in the log, as LevelDB does when it is opened. */
async function makeTables(): Promise<void> {
  const db = new ClassicLevel(files);
  await db.open();
  await db.close();
}

function run(program: string, ...args: string[]) {
  const env = { ...process.env, DATA_DIR: folder, PORT: '0' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
const doctor = (...args: string[]) => run('bin/doctor/main.ts', ...args);

/** The numbers of items that were saved, by table. */
function saved(stdout: string): Record<string, number> {
  return Object.fromEntries(
    [...stdout.matchAll(/^ {2}(\w+): (\d+) items?$/gm)].map(([, name, count]) => [name, Number(count)]),
  );
}

describe('npm run doctor', () => {
  it('says that sound data is, and changes nothing', async () => {
    await write();
    const before = readdirSync(files);
    expect(doctor('--save')).toEqual({ status: 0, stdout: `The data in ${files} is sound.\n`, stderr: '' });
    expect(readdirSync(files)).toEqual(before);
  });

  it('ends with 1 where there is no data, and where a server has it open', async () => {
    expect(doctor()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^There is no data in /) });
    const { close } = await open();
    expect(doctor()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^A server uses the data in /) });
    await close();
  });

  it.each([
    ['log', '.log', async () => {}],
    ['table', '.ldb', makeTables],
  ])('saves all of a damaged %s that was not hit; a server does not start before that', async (_, ending, prepare) => {
    await write();
    await prepare();
    const file = spoil(ending);

    const start = run('local/start.ts');
    expect([start.status, start.stdout]).toEqual([1, '']);
    expect(start.stderr).toContain(
      `Rollcall cannot start: the data in ${files} is damaged: ${file} is damaged from byte `,
    );
    expect(start.stderr).toContain('npm run doctor -- --save saves what can be saved');

    const look = doctor();
    expect(look).toMatchObject({ status: 1, stdout: expect.stringContaining(`  ${file} is damaged from byte `) });
    expect(doctor()).toEqual(look);

    const save = doctor('--save');
    expect([save.status, save.stderr]).toEqual([0, '']);
    const kept = readdirSync(folder).find((name) => name.startsWith('dynamodb.damaged-')) ?? '';
    expect(save.stdout).toContain(join(folder, kept));
    const { Timestamps = 0 } = saved(save.stdout);
    // 20 bytes hit one write of the log or two; of a table a block of 4 KB, in which each record takes some 150.
    expect(Timestamps).toBeGreaterThanOrEqual(ending === '.log' ? COUNT - 2 : COUNT - 30);
    expect(readdirSync(join(folder, kept))).toContain(file);
    // What is told is what there is, and the list by source has all that the whole list has.
    const [all, ofSource] = await counts();
    expect(all).toBe(Timestamps);
    expect(ofSource).toBeGreaterThanOrEqual(COUNT / 2 - (COUNT - all));
    expect(doctor().status).toBe(0);
  });

  it('takes a record that only the index has kept from there, and gives the index what it has lost', async () => {
    await write();
    const db = new ClassicLevel(files);
    const keys = await db.keys().all();
    const [item] = keys.filter((key) => key.startsWith('item-Timestamps~'));
    const [entry] = keys.filter((key) => key.startsWith('index-global~Timestamps~')).toReversed();
    await db.del(entry ?? '');
    await db.close();
    const again = new ClassicLevel(files, { valueEncoding: 'json' });
    await again.del(item ?? '');
    await again.close();
    rmSync(join(files, 'CURRENT'));
    expect(doctor('--save').status).toBe(0);
    const [all, ofSource] = await counts();
    expect(all).toBeGreaterThanOrEqual(COUNT - 1);
    expect(ofSource).toBe(COUNT / 2);
  });

  it('finishes a rescue that was interrupted before its last step, without which no server starts', async () => {
    await write();
    renameSync(files, `${files}.saving`);
    expect(run('local/start.ts')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('a rescue was interrupted'),
    });
    expect(doctor().status).toBe(1);
    expect(saved(doctor('--save').stdout)).toMatchObject({ Timestamps: COUNT });
    expect(await counts()).toEqual([COUNT, COUNT / 2]);
  });
});
