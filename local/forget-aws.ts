import { devNull } from 'node:os';

/**
 * Makes this process forget what the machine is told of AWS, in the environment or in files: a store that is not AWS is
 * none of its business. The SDK would look there for every setting that it is not given, and some end in an error. Such
 * a store takes any credentials, but wants some.
 *
 * @param kept the names of variables that count nevertheless
 */
export function forgetAws(kept: readonly string[] = []): void {
  const { env } = process;
  for (const name of Object.keys(env)) if (name.startsWith('AWS_') && !kept.includes(name)) delete env[name];
  if (env.AWS_ACCESS_KEY_ID === undefined || env.AWS_SECRET_ACCESS_KEY === undefined) {
    Object.assign(env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  }
  Object.assign(env, { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull });
}

/** Takes the variables out of the environment that hold nothing: a secret that is missing in CI, a line left empty. */
export function dropBlankVariables(): void {
  for (const [name, value] of Object.entries(process.env)) if (value?.trim() === '') delete process.env[name];
}
