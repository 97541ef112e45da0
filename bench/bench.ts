/** `npm run bench`: Rollcall beside a bare handler and the usual stack. Exits with 1 if a goal is missed. */

import { devNull } from 'node:os';
import { ENV, parseEnv } from '../lambda/api/env.ts';
import { createTables, LOCAL_TABLES } from '../local/dynamo/create-tables.ts';
import { forgetAws } from '../local/forget-aws.ts';
import { readArguments } from '../local/usage.ts';
import { measureAccess } from './access.ts';
import { startChild, type Variables } from './children.ts';
import { measureFirstRequests } from './cold.ts';
import { bundleContestants } from './contestants.ts';
import { measurePages, TABLE_SIZES } from './page.ts';
import { measureRender, measureRollRender } from './render.ts';
import { goalsOf, isReached, notesOf, type Results, rowsOf } from './results.ts';
import { measureShards, SHARD_COUNTS } from './shards.ts';
import { formatGoals, formatTable } from './table.ts';
import { measureWarm } from './warm.ts';

async function measureAll(endpoint: string): Promise<Results> {
  forgetAws();
  const variables: Variables = {
    [ENV.region]: 'us-east-1',
    ...LOCAL_TABLES,
    [ENV.dynamodbEndpoint]: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
  const env = parseEnv(variables);
  // This process makes and fills the tables with the same credentials.
  Object.assign(process.env, variables);

  progress('bundling');
  const { rollcall, bare, usual, bareBuiltins } = await bundleContestants();
  await createTables(env);

  progress('the first request of fresh processes');
  const contestants = [rollcall.file, bare.file, usual.file];
  const [bareBuiltinsMs = Number.NaN, ...loadMs] = await measureFirstRequests(
    [bareBuiltins.file, ...contestants],
    variables,
  );
  progress('warm requests');
  const { post, get } = await measureWarm(contestants, variables);
  progress('who somebody is');
  const access = await measureAccess(rollcall.file, bare.file, variables);
  progress(`pages from ${SHARD_COUNTS.join(', ')} shards`);
  const shards = await measureShards(rollcall.file, usual.file, env, variables);
  progress(`pages from tables of ${TABLE_SIZES.join(' and ')} items`);
  const pages = await measurePages(rollcall.file, env, variables);

  progress('rendering');
  const renderMs = measureRender();
  const rollRenderMs = measureRollRender();

  const bytes = [rollcall, bare, usual].map((bundle) => bundle.bytes);
  return { bytes, loadMs, bareBuiltinsMs, post, get, access, shards, pages, renderMs, rollRenderMs };
}

function progress(step: string): void {
  console.error(`bench: ${step} ...`);
}

readArguments(
  'Usage: npm run bench\nMeasures Rollcall beside a bare handler and the usual stack. Ends with 1 if a goal is missed.',
  {},
);
const dynamo = startChild('dynamo-process.ts', [], {});
const results = await measureAll(String(await dynamo.ask()));
dynamo.stop();

const goals = goalsOf(results);
console.log([formatTable(rowsOf(results)), notesOf(), formatGoals(goals)].join('\n\n'));
if (!goals.every(isReached)) process.exitCode = 1;
