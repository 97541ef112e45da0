/** `npm run erase`: all that there is of a source, somebody or an address, with the rights of whoever calls it. */
import { createInterface } from 'node:readline/promises';
import { truncateAddress } from '../../lambda/api/http/caller-address.ts';
import { type OpenTables, openTables, tableNameOf } from '../shared/open-tables.ts';
import { runCommand } from '../shared/run-command.ts';
import { StageError } from '../shared/stage-error.ts';
import { compactStore } from './compact.ts';
import { describeRoll } from './erase-roll.ts';
import { countSubject, type EraseTables, eraseSubject, type Found } from './erase-subject.ts';
import { type EraseOptions, parseEraseOptions, USAGE } from './options.ts';
import { describeRemains } from './remains.ts';

function describeFound({ subject }: EraseOptions, found: Found): string {
  const { records, idempotencyKeys, people, recordedBy, asSource } = found;
  const how =
    subject.kind === 'person' ? ` (${recordedBy} recorded by that name, ${asSource} with it as their source)` : '';
  return `${records} records${how}, ${idempotencyKeys} idempotency keys, ${people} birthdays, ${describeRoll(found.roll)}`;
}

async function run(options: EraseOptions, tables: OpenTables): Promise<number> {
  const { subject, isDry, yes } = options;
  const { client, place, stage } = tables;
  const what = `${subject.kind} ${subject.name}`;
  const names: EraseTables = {
    client,
    timestamps: tableNameOf(tables, 'timestamps'),
    people: tableNameOf(tables, 'people'),
    roll: tables.names.get('roll'),
  };
  const found = await countSubject(names, subject);
  console.log(`In ${place}, of the ${what}: ${describeFound(options, found)}.`);
  const network = truncateAddress(subject.name);
  if (subject.kind === 'address' && stage?.clientIp === 'truncated' && network !== subject.name) {
    console.log(`This stage stores networks and no addresses: that of this one is ${network}.`);
  }
  const remains = describeRemains(subject, stage, Date.now(), names.roll !== undefined).map((line) => `\n  ${line}`);
  console.log(`${isDry ? 'Would remain' : 'Will remain'}:${remains.join('')}`);
  if (isDry) return 0;
  if (!yes) {
    const answer = await ask(`Type ${subject.name} to erase it: `);
    if (answer !== subject.name) throw new StageError('Nothing was erased.');
  }
  const erased = await eraseSubject(names, subject);
  console.log(
    `Erased: ${erased.records} records, ${erased.idempotencyKeys} idempotency keys, ${erased.people} birthdays, ${describeRoll(erased.roll)}.`,
  );
  if (erased.isGone) return 0;
  console.error('There is more of it each time: somebody still records it. Stop that, and erase it again.');
  return 1;
}

/** The line that is typed; nothing after Ctrl-C or Ctrl-D. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } catch {
    return '';
  } finally {
    terminal.close();
  }
}

await runCommand(USAGE, async (args) => {
  const options = parseEraseOptions(args);
  if (!options.isDry && !options.yes && !process.stdin.isTTY) {
    throw new StageError('Without a terminal there is nobody to ask: say --yes to erase without a question.');
  }
  const tables = await openTables(options.stage);
  let code = 1;
  try {
    code = await run(options, tables);
  } finally {
    await tables.close();
  }
  if (options.isDry) return code;
  if (tables.folder !== undefined) await compactStore(tables.folder);
  else if (options.stage === undefined) {
    console.log(
      'The files of a store that a server has open keep what was erased until it is stopped and this is run again.',
    );
  }
  return code;
});
