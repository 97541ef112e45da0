/** The Lambda entry of the function that answers HTTP. */
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { createApp } from './app.ts';
import { createDeps } from './deps.ts';
import { parseEnv } from './env.ts';

// Lambda hands its role's credentials over in the environment; a profile that is set there, too, is not asked.
export const handler = createApp(createDeps(parseEnv(process.env), fromEnv()));
