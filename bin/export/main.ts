/** `npm run export`: the records of a stage, or of this machine, on the standard output. */
import { once } from 'node:events';
import { openTables, tableNameOf } from '../shared/open-tables.ts';
import { createProgress } from '../shared/progress.ts';
import { describeFailure, runCommand } from '../shared/run-command.ts';
import { StageError } from '../shared/stage-error.ts';
import { exportRecords } from './export-records.ts';
import { parseExportOptions, USAGE } from './options.ts';

/** Writes to the standard output, as fast as whoever reads it takes it. */
function createWriter(signal: AbortController) {
  let failure: unknown;
  process.stdout.on('error', (error) => {
    failure = error;
    signal.abort(new StageError('Nobody reads the output any more.'));
  });
  return async (text: string) => {
    if (failure === undefined && !process.stdout.write(text)) {
      await Promise.race([once(process.stdout, 'drain'), once(signal.signal, 'abort')]);
    }
    signal.signal.throwIfAborted();
  };
}

await runCommand(USAGE, async (args) => {
  const options = parseExportOptions(args);
  const tables = await openTables(options.stage);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupt.abort(new StageError('Interrupted.')));
  }
  try {
    console.error(`Records of ${tables.place}`);
    const { records, last, unreadable, failure } = await exportRecords(options, {
      client: tables.client,
      tableName: tableNameOf(tables, 'timestamps'),
      write: createWriter(interrupt),
      progress: createProgress(process.stderr),
      signal: interrupt.signal,
    });
    for (const item of unreadable) console.error(`Left out, since it is no record: ${item}`);
    console.error(`${records} records were written${last === undefined ? '' : `, the last one is ${last}`}.`);
    if (failure === undefined) return unreadable.length === 0 ? 0 : 1;
    const rest = last ?? options.after;
    const again = rest === undefined ? 'Begin again.' : `The rest comes with --after ${rest}, to be added with >>.`;
    console.error(`${describeFailure(failure)} ${again}`);
    return 1;
  } finally {
    await tables.close();
  }
});
