import { Agent } from 'node:https';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
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

/** @throws StageError when the account is not bootstrapped in the region, or with too old a version */
export async function checkBootstrap(connection: Connection, account: string, needed: Bootstrap): Promise<void> {
  if (needed.version === 0) return; // Stacks that are deployed with the rights of whoever does it.
  const { region } = connection;
  const advice = `run ${bootstrapCommand(account, region, needed.parameter)} and try again`;
  const found = await readParameter(connection, needed.parameter);
  if (found === 'unreadable') return; // cdk looks, too, with the right to deploy; this user may have no other.
  if (found === 'missing') {
    throw new StageError(`Account ${account} is not bootstrapped for CDK in ${region}: ${advice}.`);
  }
  if (!(Number(found.value) >= needed.version)) {
    throw new StageError(
      `Account ${account} has version ${found.value ?? 'unknown'} of the CDK bootstrap in ${region}, and ${needed.version} is needed: ${advice}.`,
    );
  }
}

/** A bootstrap of a stage's own has a qualifier and a stack of its own. */
function bootstrapCommand(account: string, region: string, parameter: string): string {
  const [, qualifier = DEFAULT_QUALIFIER] = /^\/cdk-bootstrap\/(.+)\/version$/.exec(parameter) ?? [];
  const own = qualifier === DEFAULT_QUALIFIER ? '' : ` --qualifier ${qualifier} --toolkit-stack-name cdk-${qualifier}`;
  return `npx cdk bootstrap aws://${account}/${region}${own}`;
}

/** That of a bootstrap which was not told another. */
const DEFAULT_QUALIFIER = 'hnb659fds';

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
