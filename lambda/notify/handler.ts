/** The Lambda entry of what reaches out: it is not in the VPC, and does nothing that is asked for from outside. */
import { PROVIDER_ENV } from '../core/access/provider-env.ts';
import { createCoreDeps } from '../core/deps.ts';
import { TABLES } from '../core/dynamo/tables.ts';
import { CORE_ENV, CORE_FIELDS, parseVariables } from '../core/env.ts';
import { parseEnv } from './env.ts';
import { fetchKind, type Kind, sendKind } from './kinds.ts';
import { createNotify } from './notify.ts';
import { createRefresh } from './provider/refresh.ts';
import { createSendDeps } from './send-deps.ts';
import { parseSendEnv } from './send-env.ts';

const { env } = process;
/** What it is there for is told by what it is given: functions of the same code that may do one thing each are two. */
const kinds: readonly Kind[] = [
  ...(env[PROVIDER_ENV] === undefined ? [] : [fetchKind(createRefresh(parseEnv(env)))]),
  ...(env[TABLES.roll.env] === undefined ? [] : [sendKind(createSendDeps(parseSendEnv(env)))]),
];

export const handler = createNotify(createCoreDeps(parseVariables(CORE_FIELDS, CORE_ENV, env)), kinds);
