/** The CDK app: the stacks of the stage that `-c stage=NAME` names. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { bundleHandler } from '../dev/bundle.ts';
import { ConfigError, DEFAULT_STAGE, readStage, type StageConfig } from '../lib/config.ts';
import { createStacks } from '../lib/stacks.ts';

const app = new App();
const config = readConfig();
createStacks(app, config, (await bundleHandler()).file);
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
