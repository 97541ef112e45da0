/**
 * The CDK app: the stacks of the stage that `-c stage=NAME` names, or with `-c part=delivery` the stack that lets GitHub
 * deploy that stage.
 */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { bundleAll } from '../build/bundle.ts';
import { readDelivery } from '../lib/config/delivery-config.ts';
import { ConfigError, DEFAULT_STAGE, readStage } from '../lib/config/read-stage.ts';
import { createDeliveryStack, createStacks } from '../lib/stage.ts';

/**
 * Creates what the context of the app asks for, with the rules that it must pass when it is synthesised.
 *
 * @throws ConfigError when the context is wrong
 */
export async function createParts(app: App, bundle: typeof bundleAll): Promise<void> {
  const contextOf = (name: string): unknown => app.node.tryGetContext(name);
  const config = readStage(contextOf('stages'), contextOf('stage') ?? DEFAULT_STAGE);
  const part = contextOf('part');
  if (part === 'delivery') {
    const given = {
      delivery: contextOf('delivery'),
      subject: contextOf('subject'),
      oidcProvider: contextOf('oidcProvider'),
    };
    createDeliveryStack(app, config, readDelivery(given, config.stage));
  } else if (part === undefined) {
    createStacks(app, config, await bundle());
  } else {
    throw new ConfigError(`-c part is ${JSON.stringify(part)}; it must be delivery, or left out.`);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}

if (import.meta.main) {
  try {
    await createParts(new App(), bundleAll);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
