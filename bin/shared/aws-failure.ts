import { messageOf } from '../../local/error-message.ts';
import { StageError } from './stage-error.ts';

/** How AWS is reached. */
export interface Connection {
  readonly region: string;
  /** @default - AWS_PROFILE, and what else the SDK looks at */
  readonly profile?: string | undefined;
  /** @default - HTTPS_PROXY */
  readonly proxy?: string | undefined;
}

/** Names that AWS gives to keys which it does not know, or whose signature is wrong. */
const BAD_KEYS = ['InvalidClientTokenId', 'SignatureDoesNotMatch', 'UnrecognizedClientException'];
const DENIED = ['AccessDenied', 'AccessDeniedException'];
const OTHER_PROFILE = 'or choose another profile with AWS_PROFILE';

/**
 * A StageError that says what a failed call of AWS means to whoever has the credentials; any other error as it is.
 *
 * @param action what was called, as IAM names it: `sts:GetCallerIdentity`
 */
export function explainAwsFailure(error: unknown, action: string, connection: Connection): unknown {
  const { region, profile = process.env.AWS_PROFILE } = connection;
  const name = nameOf(error);
  const cause = messageOf(error);
  const fromProvider = /^(Credentials|Token)ProviderError$/.test(name);
  const credentials = profile === undefined ? 'credentials' : `credentials of profile ${profile}`;
  if (name.startsWith('ExpiredToken') || (fromProvider && /expired|refresh this SSO session/i.test(cause))) {
    return new StageError(
      `The AWS ${credentials} have expired (${cause}): renew them, for example with aws sso login.`,
    );
  }
  if (fromProvider) {
    return new StageError(
      `There are no AWS ${credentials} (${cause}): run aws configure or aws sso login, ${OTHER_PROFILE}.`,
    );
  }
  if (BAD_KEYS.includes(name)) {
    return new StageError(
      `AWS does not accept the ${credentials} (${name}: ${cause}): check the keys, ${OTHER_PROFILE}.`,
    );
  }
  if (DENIED.includes(name)) {
    return new StageError(
      `The AWS ${credentials} may not call ${action} (${name}: ${cause}): ask for that right, ${OTHER_PROFILE}.`,
    );
  }
  const status = statusOf(error);
  if (status !== undefined) {
    return new StageError(
      `AWS answered ${action} in ${region} with status ${status} (${name}: ${cause}): try again, and check HTTPS_PROXY.`,
    );
  }
  if (!isFailureOfNetwork(error)) return error;
  return new StageError(
    `AWS cannot be reached in ${region} (${cause}): check the network, HTTPS_PROXY, and the region of the stage in cdk.json.`,
  );
}

/** The name by which AWS and its SDK tell their errors apart. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** The HTTP status of an answer that is an error, or that cannot be read. */
function statusOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('$response' in error)) return undefined;
  const { $response: response } = error;
  return typeof response === 'object' && response !== null && 'statusCode' in response
    ? response.statusCode
    : undefined;
}

function isFailureOfNetwork(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || 'code' in error);
}
