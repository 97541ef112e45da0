/** The Lambda entry of the watch. */
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { createCoreDeps } from '../core/deps.ts';
import { createDynamoClient } from '../core/dynamo/client.ts';
import { createTickDeps } from './deps.ts';
import { parseWatchEnv } from './env.ts';
import { createTick } from './tick.ts';
import { createWatch } from './watch.ts';

const env = parseWatchEnv(process.env);
const client = createDynamoClient(env, { credentials: fromEnv() });

export const handler = createWatch({ core: createCoreDeps(env), tick: createTick(createTickDeps(env, client)) });
