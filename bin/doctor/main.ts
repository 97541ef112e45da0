/** `npm run doctor`: whether the data of one machine is as it was written, and a new store of what can be read. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { filesOf, isInUse } from '../../local/dynamo/embedded.ts';
import { readStoreFiles } from '../../local/dynamo/leveldb/store-files.ts';
import { salvage, unfinishedOf } from '../../local/dynamo/salvage.ts';
import { messageOf } from '../../local/error-message.ts';
import { readArguments } from '../../local/usage.ts';

const USAGE = `Usage: npm run doctor [-- --save]
Checks the data that npm start keeps in DATA_DIR (.rollcall) while it is stopped.
  --save  makes a new store of what can be read, and keeps the damaged files beside it

It ends with 0 if the data is sound, or has been saved; with 1 if it is damaged, or cannot be looked at.`;

const RESURRECTION =
  'Where a damaged table hid what was newer, an older state of an item, or one that had been deleted, may be back.';

async function examine(path: string, save: boolean): Promise<number> {
  const isInterrupted = !existsSync(path) && existsSync(unfinishedOf(path));
  if (!existsSync(path) && !isInterrupted)
    return say(`There is no data in ${path}: choose another folder with DATA_DIR.`);
  if (!isInterrupted && (await isInUse(path))) return say(`A server uses the data in ${path}: stop it first.`);
  const damage = isInterrupted
    ? [{ file: path, problem: 'was put aside by a rescue that was interrupted' }]
    : readStoreFiles(path).damage;
  if (damage.length === 0) {
    console.log(`The data in ${path} is sound.`);
    return 0;
  }
  console.log(`The data in ${path} is damaged:`);
  for (const { file, problem } of damage) console.log(`  ${file} ${problem}`);
  if (!save) return say('Nothing has been changed. npm run doctor -- --save makes a new store of what can be read.');
  const { items, fromIndexes, kept } = await salvage(path, new Date());
  console.log('Saved:');
  for (const [table, count] of items) console.log(`  ${table}: ${count} ${count === 1 ? 'item' : 'items'}`);
  if (fromIndexes > 0) console.log(`  ${fromIndexes} of them from an index, where they were written twice`);
  if (damage.some(({ file }) => !file.endsWith('.log'))) console.log(RESURRECTION);
  if (existsSync(kept)) console.log(`The damaged files are in ${kept}: delete them when nobody needs them.`);
  return 0;
}

function say(problem: string): number {
  console.error(problem);
  return 1;
}

const { values } = readArguments(USAGE, { options: { save: { type: 'boolean', default: false } } });
const path = filesOf(resolve(process.env.DATA_DIR?.trim() || '.rollcall'));
process.exitCode = await examine(path, values.save).catch((error: unknown) =>
  say(`The data in ${path} cannot be looked at: ${messageOf(error)}`),
);
