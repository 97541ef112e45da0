import { Agent } from 'node:https';
import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { messageOf } from '../../local/error-message.ts';
import { type Connection, explainAwsFailure, nameOf } from './aws-failure.ts';
import { StageError } from './stage-error.ts';

/** The needs of the stacks of `cdk bootstrap`. */
export interface Bootstrap {
  readonly version: number;
  /** The SSM parameter that holds the version. */
  readonly parameter: string;
}

/**
 * The number of the account that the credentials belong to.
 *
 * @throws StageError when there are no credentials, AWS refuses them, or it cannot be reached
 */
export async function findAccount(connection: Connection): Promise<string> {
  const sts = new STSClient(clientConfig(connection));
  try {
    const { Account = 'unknown' } = await sts.send(new GetCallerIdentityCommand({}));
    return Account;
  } catch (error) {
    throw explainAwsFailure(error, 'sts:GetCallerIdentity', connection);
  }
}

/** @throws StageError when the account is not bootstrapped in all of the regions, or with too old a version */
export async function checkBootstrap(
  connection: Omit<Connection, 'region'>,
  account: string,
  regions: readonly string[],
  needed: Bootstrap,
): Promise<void> {
  if (needed.version === 0) return; // Stacks that are deployed with the rights of whoever does it.
  const { version, parameter } = needed;
  const problems = new Map<string, string>();
  for (const region of regions) {
    const found = await readParameter({ ...connection, region }, parameter);
    if (found === 'unreadable') continue; // cdk looks, too, with the right to deploy; this user may have no other.
    if (found === 'missing') problems.set(region, `is not bootstrapped for CDK in ${region}`);
    else if (!(Number(found.value) >= version)) {
      const has = `has version ${found.value ?? 'unknown'} of the CDK bootstrap in ${region}`;
      problems.set(region, `${has}, and ${version} is needed`);
    }
  }
  if (problems.size === 0) return;
  const command = bootstrapCommand(account, [...problems.keys()], parameter);
  const all = [...problems.values()].join('; it ');
  throw new StageError(`Account ${account} ${all}: run ${command} and try again.`);
}

/** A bootstrap of a stage's own has a qualifier and a stack of its own. */
function bootstrapCommand(account: string, regions: readonly string[], parameter: string): string {
  const [, qualifier = DEFAULT_QUALIFIER] = /^\/cdk-bootstrap\/(.+)\/version$/.exec(parameter) ?? [];
  const own = qualifier === DEFAULT_QUALIFIER ? '' : ` --qualifier ${qualifier} --toolkit-stack-name cdk-${qualifier}`;
  return `npx cdk bootstrap ${regions.map((region) => `aws://${account}/${region}`).join(' ')}${own}`;
}

/** That of a bootstrap which was not told another. */
const DEFAULT_QUALIFIER = 'hnb659fds';

/** What the edge stack takes from the api stack, of which this is all that matters. */
const WEAK_REFERENCE = JSON.stringify({
  Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
  Outputs: { Value: { Value: { 'Fn::GetStackOutput': { StackName: 'rollcall', OutputName: 'Value' } } } },
});

/**
 * Checks that CloudFormation knows `Fn::GetStackOutput` in the regions where stacks use it (`docs/adr/0009`): it validates
 * a template that does, and makes nothing.
 *
 * @throws StageError when it does not know it somewhere
 */
export async function checkWeakReferences(
  connection: Omit<Connection, 'region'>,
  account: string,
  regions: readonly string[],
): Promise<void> {
  for (const region of regions) {
    const cloudFormation = new CloudFormationClient(clientConfig({ ...connection, region }));
    try {
      await cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: WEAK_REFERENCE }));
    } catch (error) {
      // cdk looks, too, with the right to deploy; this user may have no other.
      if (/^AccessDenied/.test(nameOf(error))) continue;
      if (nameOf(error) !== 'ValidationError') {
        throw explainAwsFailure(error, 'cloudformation:ValidateTemplate', { ...connection, region });
      }
      throw new StageError(
        `CloudFormation of account ${account} in ${region} does not take Fn::GetStackOutput, by which stacks of this ` +
          `stage refer to each other (${messageOf(error)}): choose a region or partition that has it.`,
      );
    }
  }
}

type Found = 'missing' | 'unreadable' | { readonly value: string | undefined };

async function readParameter(connection: Connection, name: string): Promise<Found> {
  const ssm = new SSMClient(clientConfig(connection));
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    return { value: Parameter?.Value };
  } catch (error) {
    if (nameOf(error) === 'ParameterNotFound') return 'missing';
    if (nameOf(error) === 'AccessDeniedException') return 'unreadable';
    throw explainAwsFailure(error, 'ssm:GetParameter', connection);
  }
}

/** The SDK does not look at HTTPS_PROXY, and cdk does: where there is no other way out, both must take it. */
export function clientConfig({ region, profile, proxy }: Connection) {
  const proxyEnv = proxy === undefined ? { ...process.env } : { ...process.env, HTTPS_PROXY: proxy };
  return {
    region,
    ...(profile !== undefined && { profile }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 3000,
      requestTimeout: 3000,
      throwOnRequestTimeout: true,
      httpsAgent: new Agent({ proxyEnv }),
    },
  };
}
