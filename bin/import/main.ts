/** `npm run import -- FILE`: the records of an export into a stage, or into the store of this machine. */
import { createReadStream, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FORMER_SHARDS } from '../../lambda/api/deps.ts';
import { messageOf } from '../../local/error-message.ts';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { openTables, tableNameOf } from '../shared/open-tables.ts';
import { createProgress } from '../shared/progress.ts';
import { runCommand } from '../shared/run-command.ts';
import { StageError } from '../shared/stage-error.ts';
import { importRecords } from './import-records.ts';

const USAGE = `Usage: npm run import -- FILE [--stage NAME]
  FILE          what npm run export has written, as NDJSON or as CSV
  --stage NAME  a stage of cdk.json; without it, the store of this machine`;

function parse(args: readonly string[]) {
  try {
    const options = { stage: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0)
      throw new UsageError(`${positionals.length} files are named; it takes one`);
    return { file, stage: values.stage };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(usageProblem(error)) : error;
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new StageError(`The file cannot be read: ${messageOf(error)}.`);
  }
}

await runCommand(USAGE, async (args) => {
  const { file, stage } = parse(args);
  const size = sizeOf(file);
  const tables = await openTables(stage);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupt.abort(new StageError('Interrupted: import the file again, twice is once.')));
  }
  const progress = createProgress(process.stderr);
  try {
    console.error(`Into ${tables.place}`);
    const chunks = createReadStream(file);
    const { records, problems, expired, highestShard } = await importRecords(chunks, {
      client: tables.client,
      tableName: tableNameOf(tables, 'timestamps'),
      readableShards: Math.max(tables.shards, FORMER_SHARDS),
      retentionDays: tables.retentionDays,
      now: Math.floor(Date.now() / 1000),
      signal: interrupt.signal,
      onProblem: (line, problem) => console.error(`line ${line}: ${problem}`),
      onWritten: (count) =>
        progress.show(`${count.toLocaleString('en')} records`, size === 0 ? 1 : chunks.bytesRead / size),
    });
    progress.end();
    console.error(`${records} records were written; ${problems} lines were not.`);
    if (highestShard >= tables.shards) {
      console.error(
        `Some lie in shards beyond the ${tables.shards} that are written to: what runs already lists them after it is started or deployed again.`,
      );
    }
    if (expired > 0)
      console.error(`${expired} are older than the ${tables.retentionDays} days that are kept: DynamoDB deletes them.`);
    return problems === 0 ? 0 : 1;
  } finally {
    progress.end();
    await tables.close();
  }
});
