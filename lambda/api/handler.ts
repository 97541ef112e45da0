/** The Lambda entry. */
import { createApp } from './app.ts';
import { createDeps } from './deps.ts';
import { parseEnv } from './env.ts';

export const handler = createApp(createDeps(parseEnv(process.env)));
