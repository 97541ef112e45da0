import * as v from 'valibot';
import { STAGE_ALLOWED, STAGE_NAME } from '../../lambda/core/env.ts';
import { misfitsOf, StageValues } from './stage-values.ts';

/** The stage that is meant when none is named. */
export const DEFAULT_STAGE = 'poc';

/** A stage: its name, and its values with defaults filled in. */
export type StageConfig = { readonly stage: string } & StageValues;

/** cdk.json does not say what the app needs. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * The configuration of a stage.
 *
 * @param stages the context value `stages` of cdk.json
 * @throws ConfigError that names the stage or the value, what came and what is allowed
 */
export function readStage(stages: unknown, stage: unknown): StageConfig {
  const known: Record<string, unknown> = typeof stages === 'object' && stages !== null ? { ...stages } : {};
  if (typeof stage !== 'string' || !Object.hasOwn(known, stage)) {
    const names = Object.keys(known).join(', ') || 'none';
    throw new ConfigError(`There is no stage ${JSON.stringify(stage)} in cdk.json; it has: ${names}.`);
  }
  if (!STAGE_NAME.test(stage)) {
    throw new ConfigError(`cdk.json: the name of a stage is ${JSON.stringify(stage)}; it must be ${STAGE_ALLOWED}.`);
  }
  // A value that is missing is one that is undefined, so that its own schema says what is allowed.
  const missing = Object.fromEntries(Object.keys(StageValues.entries).map((name) => [name, undefined]));
  const values = known[stage];
  const describe = (name: string | null, input: unknown, allowed: string) => {
    const path = ['stages', stage, name].filter(Boolean).join('.');
    return `${path} ${input === undefined ? 'is missing' : `is ${JSON.stringify(input)}`}; it must be ${allowed}.`;
  };
  const result = v.safeParse(StageValues, typeof values === 'object' ? { ...missing, ...values } : values);
  const problems = result.success
    ? misfitsOf(result.output).map(({ name, allowed }) => describe(name, result.output[name], allowed))
    : result.issues.map((issue) => {
        const path = v.getDotPath(issue);
        const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
        return isUnknown ? `stages.${stage}.${path} is not known.` : describe(path, issue.input, issue.message);
      });
  if (result.success && problems.length === 0) return { stage, ...result.output };
  throw new ConfigError(`cdk.json: ${problems.join(' ')}`);
}
