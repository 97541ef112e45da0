/** `npm run subject -- --person Y`: all that is known of somebody, as one JSON (GDPR, articles 15 and 20). */
import { parseArgs } from 'node:util';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { openTables } from '../shared/open-tables.ts';
import { runCommand } from '../shared/run-command.ts';
import { writeSubject } from './write-subject.ts';

const USAGE = `Usage: npm run subject -- --person Y [--stage NAME] > FILE
  --person Y    the name of somebody who is greeted, who recorded something, or who is named as a source
  --stage NAME  a stage of cdk.json; without it, the store of this machine`;

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { person, stage } = parseArgs({ args: [...args], options: { person: text, stage: text } }).values;
    if (person === undefined || person === '') throw new UsageError('--person is missing');
    return { person, stage };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(usageProblem(error)) : error;
  }
}

await runCommand(USAGE, async (args) => {
  const { person, stage } = parse(args);
  const tables = await openTables(stage);
  try {
    console.error(`What is known in ${tables.place}`);
    const records = await writeSubject(person, tables, async (text) => {
      if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
    });
    console.error(`${records} records. Notes of others that mention somebody are not searched, nor are logs.`);
    return 0;
  } finally {
    await tables.close();
  }
});
