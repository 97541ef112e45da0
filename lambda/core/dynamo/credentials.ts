import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's chain of credential providers in the bundle (build/bundle.ts): the profiles, SSO and metadata
 * services of the chain are a third of a bundle in which they never run.
 */
export const defaultProvider: typeof fromEnv = fromEnv;
