import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { ENV } from '../lambda/api/env.ts';
import { messageOf } from './error-message.ts';
import { StartError } from './start-error.ts';

const REFRESH_MS = 60_000;

/**
 * Hands the handler credentials as Lambda does, in the environment: those that are there already, or those that
 * the SDK finds (a profile, SSO, a container's or an instance's role), renewed before they expire.
 *
 * @throws StartError when there is no region or there are no credentials
 */
export async function keepAwsCredentials(): Promise<void> {
  if (process.env[ENV.region] === undefined) {
    throw new StartError(`${ENV.region} is not set; a real table needs it, such as ${ENV.region}=eu-west-1`);
  }
  if (process.env.AWS_ACCESS_KEY_ID !== undefined && process.env.AWS_SECRET_ACCESS_KEY !== undefined) return;
  const provide = fromNodeProviderChain();
  const refresh = async () => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provide();
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
      ...(expiration && { AWS_CREDENTIAL_EXPIRATION: expiration.toISOString() }),
    });
  };
  try {
    await refresh();
  } catch (error) {
    throw new StartError(`there are no AWS credentials for the table: ${messageOf(error)}`);
  }
  setInterval(
    () => refresh().catch((error) => console.error('AWS credentials were not renewed:', error)),
    REFRESH_MS,
  ).unref();
}
