/** The Lambda entry of the check before a deployment. */
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createCheck } from './check-deployment.ts';
import { CHECK_ENV } from './env.ts';

const { [CHECK_ENV.version]: version, [CHECK_ENV.originSecrets]: secrets = '' } = process.env;
if (version === undefined) throw new Error(`${CHECK_ENV.version} is not set.`);

export const handler = createCheck({
  lambda: new LambdaClient({}),
  codeDeploy: new CodeDeployClient({}),
  version,
  secret: secrets.split(',')[0],
});
