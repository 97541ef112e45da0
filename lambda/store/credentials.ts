import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers in the bundle (dev/bundle.ts). Lambda hands its role's
 * credentials over in the environment, so the profiles, SSO and metadata services of the chain are a third of the
 * bundle that never runs.
 */
export function defaultProvider() {
  return fromEnv();
}
