/** The variable of the environment that says, as JSON, who the identity provider is: see provider-config.ts. */
export const PROVIDER_ENV = 'OIDC';
