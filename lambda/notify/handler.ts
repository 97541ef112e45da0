/** The Lambda entry of the function that reaches out: it is not in the VPC, and does nothing that is asked for from outside. */
import { createCoreDeps } from '../core/deps.ts';
import { parseEnv } from './env.ts';
import { fetchKind } from './kinds.ts';
import { createNotify } from './notify.ts';
import { createRefresh } from './provider/refresh.ts';

const env = parseEnv(process.env);

export const handler = createNotify(createCoreDeps(env), [fetchKind(createRefresh(env))]);
