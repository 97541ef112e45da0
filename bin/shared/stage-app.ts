import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { bundleAll } from '../../build/bundle.ts';
import { readStage, type StageConfig } from '../../lib/config/read-stage.ts';
import { createStacks } from '../../lib/stage.ts';

const { stages, ...context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;

/** The stages of cdk.json. */
export const STAGE_NAMES: readonly string[] = Object.keys(stages);

/** The files that Lambda runs: bundled once in a process. */
let bundles: ReturnType<typeof bundleAll> | undefined;

/** A stage as it would be deployed. */
export interface StageApp {
  readonly config: StageConfig;
  /** The file of the function that answers HTTP. */
  readonly bundle: string;
  /** Not synthesised yet. */
  readonly app: App;
}

/**
 * The app of a stage of cdk.json, made in this process. What the rules have to say of it comes with `npm run synth`.
 *
 * @param outdir where its templates are to be written
 * @param changes values of the stage that are to be others than in cdk.json
 * @throws ConfigError when cdk.json has no such stage, or what it says of it is wrong
 */
export async function createStageApp(stage: string, outdir: string, changes: object = {}): Promise<StageApp> {
  const known = Object.hasOwn(stages, stage) ? { ...stages, [stage]: { ...stages[stage], ...changes } } : stages;
  const config = readStage(known, stage);
  bundles ??= bundleAll();
  const made = await bundles;
  const app = new App({ outdir, context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': false } });
  createStacks(app, config, made);
  return { config, bundle: made.api, app };
}
