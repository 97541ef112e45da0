/** `npm run drill:restore -- --stage NAME`: whether the tables of a stage can be restored, and how long that takes. */

import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FORMER_SHARDS } from '../../lambda/api/deps.ts';
import { TABLES } from '../../lambda/core/dynamo/tables.ts';
import { UsageError, usageProblem } from '../../local/usage.ts';
import { listTables, openTables } from '../shared/open-tables.ts';
import { runCommand } from '../shared/run-command.ts';
import { StageError } from '../shared/stage-error.ts';
import { type Drilled, drillRestore } from './drill.ts';

const USAGE = `Usage: npm run drill:restore -- --stage NAME
  --stage NAME  a stage of cdk.json that is deployed
It restores each table beside the live one, compares them, and removes what it made. It ends with 1 if anything is missing.`;

function parse(args: readonly string[]): string {
  try {
    const { stage } = parseArgs({ args: [...args], options: { stage: { type: 'string' } } }).values;
    if (stage === undefined) throw new UsageError('--stage is missing');
    return stage;
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(usageProblem(error)) : error;
  }
}

function describe({ moment, tables }: Drilled): string {
  const lines = tables.map(({ id, milliseconds, restoredItems, liveItems, sampled, equal, problems }) => {
    const seconds = Math.round(milliseconds / 1000);
    const took = `restored in ${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const compared = `${restoredItems} items, the live table has ${liveItems}; of ${sampled} in a sample ${equal} are the same`;
    return `${TABLES[id].name}: ${took}; ${compared}${problems.map((problem) => `; ${problem}`).join('')}`;
  });
  return `To ${new Date(moment).toISOString()}:\n${lines.join('\n')}`;
}

await runCommand(USAGE, async (args) => {
  const stage = parse(args);
  const { client, names, stage: config, shards, close } = await openTables(stage);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) {
        console.error('What it made is left: the next drill of the stage removes it.');
        process.exit(1);
      }
      console.error(
        'Interrupted: what it made is removed, once DynamoDB lets it go. Once more, and it is left to the next drill.',
      );
      interrupt.abort(new StageError('The drill was interrupted.'));
    });
  }
  try {
    const present = await listTables(client, config?.region ?? '');
    const drilled = await drillRestore({
      client,
      stage,
      tables: names,
      present,
      shards: Math.max(shards, FORMER_SHARDS),
      pace: { now: Date.now, wait: (ms, signal) => wait(ms, undefined, signal && { signal }) },
      signal: interrupt.signal,
      log: console.error,
    });
    console.log(describe(drilled));
    return drilled.left.length > 0 || drilled.tables.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } catch (error) {
    // What a wait rejects with says nothing of why it was aborted.
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  } finally {
    await close();
  }
});
