/** The environment of the function that reaches out. */
import type * as v from 'valibot';
import { ProviderVariable } from '../core/access/provider-config.ts';
import { PROVIDER_ENV } from '../core/access/provider-env.ts';
import { CORE_ENV, CORE_FIELDS, parseTableNames, parseVariables, type Variables } from '../core/env.ts';

const FIELDS = { ...CORE_FIELDS, oidc: ProviderVariable };

/** @throws EnvError as parseVariables */
export function parseEnv(variables: Variables) {
  const fields = parseVariables(FIELDS, { ...CORE_ENV, oidc: PROVIDER_ENV }, variables);
  return { ...fields, tables: parseTableNames('notify', variables) };
}

/** The environment, parsed. */
export type Env = Readonly<v.InferOutput<v.ObjectSchema<typeof FIELDS, undefined>>> &
  Pick<ReturnType<typeof parseEnv>, 'tables'>;
