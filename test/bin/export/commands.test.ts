/** The commands that move, erase and show data, as they are typed: on this machine, and on a stage whose AWS is a store here. */
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { lineOf } from '../../../bin/records/record-text.ts';
import { createTables } from '../../../local/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../local/dynamo/embedded.ts';
import { makeFolder, startCommand } from '../../support/commands.ts';
import { records } from '../../support/records.ts';

const RECORDS = [
  ...new Map(fc.sample(records(4), { numRuns: 300, seed: 11 }).map((record) => [record.id, record])).values(),
].sort((a, b) => (a.id < b.id ? -1 : 1));
const NDJSON = RECORDS.map((record) => lineOf('ndjson', record)).join('');

/** A stage of cdk.json, in an account of its own: the SDK asks a store of this process. */
async function openStage(stage: string): Promise<Record<string, string>> {
  const { endpoint, close } = await startEmbeddedDynamo();
  onTestFinished(close);
  const named = (table: string) => `rollcall-${stage}-data-${table}Table0A1B2C3D-XYZ`;
  const tables = { timestamps: named('Timestamps'), people: named('People'), keys: named('Keys'), roll: named('Roll') };
  await createTables({ region: 'eu-west-1', dynamodbEndpoint: endpoint, tables });
  return { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' };
}

function commandsOn(variables: Record<string, string>, ...flags: string[]) {
  const run =
    (name: string) =>
    (...args: string[]) =>
      startCommand(`bin/${name}/main.ts`, [...args, ...flags], variables).end;
  return { export: run('export'), import: run('import'), erase: run('erase'), subject: run('subject') };
}

it('records go from this machine to a stage and back, and are the same bytes', async () => {
  const folder = makeFolder();
  const file = join(folder, 'records');
  writeFileSync(file, NDJSON);
  const here = commandsOn({ DATA_DIR: join(folder, 'here') });
  const stage = commandsOn(await openStage('prod'), '--stage', 'prod');
  const back = commandsOn({ DATA_DIR: join(folder, 'back') });

  expect(await here.import(file)).toMatchObject({
    code: 0,
    output: '',
    errors: expect.stringContaining(`${RECORDS.length} records were written; 0 lines were not.`),
  });
  const first = await here.export('--format', 'csv');
  expect([first.code, first.errors]).toEqual([0, expect.stringContaining(`the last one is ${RECORDS.at(-1)?.id}`)]);
  writeFileSync(file, first.output);
  expect((await stage.import(file)).code).toBe(0);
  const second = await stage.export();
  expect(second.output).toBe(NDJSON);
  writeFileSync(file, second.output);
  expect((await back.import(file)).code).toBe(0);
  expect((await back.export('--format', 'csv')).output).toBe(first.output);
  const id = RECORDS[100]?.id ?? '';
  const rest = await back.export('--after', id);
  expect(NDJSON.endsWith(rest.output) && rest.output.split('\n').length - 1).toBe(RECORDS.length - 101);
});

it('an import names what is malformed by its line, imports everything else, and ends with 1', async () => {
  const folder = makeFolder();
  const file = join(folder, 'records.ndjson');
  const [one, two] = RECORDS;
  if (one === undefined || two === undefined) throw new Error('no records');
  const unread = { ...two, id: `${two.id.slice(0, -2)}10`, timestamp: two.timestamp };
  writeFileSync(file, `${lineOf('ndjson', one)}{"id":5}\n${lineOf('ndjson', unread)}`);
  appendFileSync(file, lineOf('ndjson', two));
  const here = commandsOn({ DATA_DIR: join(folder, 'here'), SHARDS: '1' });
  const { code, errors } = await here.import(file);
  expect(code).toBe(1);
  expect(errors).toContain('line 2: id is 5; it must be the id of a timestamp');
  expect(errors).toContain('line 3: it lies in shard 16, and 16 are read (readShards, docs/scale.md)');
  expect(errors).toContain('2 records were written; 2 lines were not.');
  expect((await here.export()).output).toBe(lineOf('ndjson', one) + lineOf('ndjson', two));
  const nothing = await here.import(join(folder, 'nowhere'));
  expect([nothing.code, nothing.errors]).toEqual([1, expect.stringMatching(/^The file cannot be read: ENOENT/)]);
  expect((await here.import()).code).toBe(2);
});

it('an export of which nobody reads the end ends, with 1 and where it goes on', async () => {
  const folder = makeFolder();
  const file = join(folder, 'records.ndjson');
  writeFileSync(file, NDJSON);
  const variables = { DATA_DIR: join(folder, 'here') };
  await commandsOn(variables).import(file);
  const { child, end } = startCommand('bin/export/main.ts', [], variables);
  await once(child.stderr, 'data');
  child.stdout.destroy();
  const { code, errors } = await end;
  // Or all of it was in the pipe before that.
  if (code !== 0)
    expect([code, errors]).toEqual([
      1,
      expect.stringMatching(/Nobody reads the output any more\. (Begin again|The rest)/),
    ]);
});

it('an erasure shows what there is, erases it when it is told to, and leaves nothing of it in the files', async () => {
  const folder = makeFolder();
  const file = join(folder, 'records.ndjson');
  const data = join(folder, 'here');
  const secret = 'a note that is to be gone';
  const gone = RECORDS.slice(0, 40).map((record) => ({ ...record, source: 'door', note: secret }));
  const kept = RECORDS.slice(40);
  writeFileSync(file, [...gone, ...kept].map((record) => lineOf('ndjson', record)).join(''));
  const here = commandsOn({ DATA_DIR: data });
  await here.import(file);
  const isInFiles = () =>
    readdirSync(data, { recursive: true, encoding: 'utf8' })
      .map((name) => join(data, name))
      .some((name) => statSync(name).isFile() && readFileSync(name, 'latin1').includes(secret));
  expect(isInFiles()).toBe(true);

  const dry = await here.erase('--source', 'door', '--dry-run');
  expect(dry).toMatchObject({ code: 0, errors: '' });
  expect(dry.output).toContain(
    'of the source door: 40 records, 0 idempotency keys, 0 birthdays, 0 sources, 0 outages, 0 notes,',
  );
  expect(dry.output).toContain('\nWould remain:\n');
  const unasked = await here.erase('--source', 'door');
  expect(unasked).toMatchObject({ code: 1, errors: expect.stringContaining('there is nobody to ask: say --yes') });
  expect((await here.export()).output).toContain(secret);

  const { code, output } = await here.erase('--source', 'door', '--yes');
  expect([code, output]).toEqual([
    0,
    expect.stringContaining('Erased: 40 records, 0 idempotency keys, 0 birthdays, 0 sources'),
  ]);
  expect((await here.export()).output).toBe(kept.map((record) => lineOf('ndjson', record)).join(''));
  expect(isInFiles()).toBe(false);
});

it('all that is known of somebody is one JSON, of a stage with its keys', async () => {
  const folder = makeFolder();
  const file = join(folder, 'records.ndjson');
  const variables = await openStage('prod');
  const stage = commandsOn(variables, '--stage', 'prod');
  writeFileSync(
    file,
    RECORDS.slice(0, 9)
      .map((record, index) => lineOf('ndjson', index < 3 ? { ...record, recordedBy: 'anna' } : record))
      .join(''),
  );
  await stage.import(file);
  await startCommand(
    'bin/keys/main.ts',
    ['create', '--stage', 'prod', '--name', 'anna', '--scope', 'record'],
    variables,
  ).end;
  const { code, output } = await stage.subject('--person', 'anna');
  const all = JSON.parse(output);
  expect([code, all.person, all.birthday, all.records.length]).toEqual([0, 'anna', null, 3]);
  expect(all.keys).toEqual([
    { id: expect.any(String), name: 'anna', scopes: ['record'], createdAt: expect.any(Number) },
  ]);
  const erased = await stage.erase('--person', 'anna', '--yes');
  expect(erased.output).toContain('3 records (3 recorded by that name, 0 with it as their source)');
  expect(erased.output).toContain('npm run keys -- revoke --name anna');
  expect(JSON.parse((await stage.subject('--person', 'anna')).output).records).toEqual([]);
});

it.each([
  ['export', ['--stage', 'nowhere'], 1, 'There is no stage "nowhere" in cdk.json'],
  ['export', ['--from', 'x'], 2, "--from is 'x'"],
  ['erase', [], 2, 'None of --source, --person, --address is given'],
  ['subject', [], 2, '--person is missing'],
])('npm run %s %j says why it does not', async (name, args, code, message) => {
  const { end } = startCommand(`bin/${name}/main.ts`, args, { DATA_DIR: makeFolder() });
  expect(await end).toMatchObject({ code, output: '', errors: expect.stringContaining(message) });
});

it('a stage that is not there is told by the name of its table', async () => {
  const { end } = startCommand('bin/export/main.ts', ['--stage', 'poc'], await openStage('prod'));
  expect(await end).toMatchObject({
    code: 1,
    errors: expect.stringContaining('There is no table rollcall-poc-data-Timestamps* in eu-west-1'),
  });
});
