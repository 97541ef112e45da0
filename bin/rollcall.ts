/** The CDK app: the stacks of the stage that `-c stage=NAME` names. */
import { dirname } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { bundleHandler } from '../dev/bundle.ts';
import { ConfigError, readStage, type StageConfig } from '../lib/config.ts';
import { createStacks } from '../lib/stacks.ts';

const DEFAULT_STAGE = 'poc';

const app = new App();
const config = readConfig();
const code = Code.fromAsset(dirname((await bundleHandler()).file), {
  exclude: ['*', '!handler.mjs', '!handler.mjs.map'],
});
createStacks(app, config, code);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

function readConfig(): StageConfig {
  try {
    return readStage(app.node.tryGetContext('stages'), app.node.tryGetContext('stage') ?? DEFAULT_STAGE);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
