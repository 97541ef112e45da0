import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { bundleAll } from '../../dev/bundle.ts';
import { readStage, type StageConfig } from '../../lib/config.ts';
import { createStacks } from '../../lib/stacks.ts';

/** A stage as it would be deployed. */
export interface SynthesisedStage {
  readonly config: StageConfig;
  /** The file that Lambda runs. */
  readonly bundle: string;
  readonly templates: readonly unknown[];
}

/**
 * The templates of a stage of cdk.json, made in this process.
 *
 * @param outdir where they are written
 * @throws ConfigError when cdk.json has no such stage, or what it says of it is wrong
 */
export async function synthesiseStage(stage: string, outdir: string): Promise<SynthesisedStage> {
  const { stages, ...context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;
  const config = readStage(stages, stage);
  const bundles = await bundleAll();
  // What the rules have to say comes with `npm run synth`.
  const app = new App({ outdir, context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': false } });
  createStacks(app, config, bundles);
  return { config, bundle: bundles.handler, templates: app.synth().stacks.map(({ template }) => template) };
}
