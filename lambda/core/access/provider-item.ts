import * as v from 'valibot';

/** The sort key of the item about the identity provider, beside those of the keys, of which none is so short. */
export const PROVIDER_KEY = 'oidc';

/** What is known of the identity provider. Whoever fetches it writes these, and nothing else. */
export const PROVIDER_FIELDS = {
  issuer: v.string(),
  /** Its public keys: a JSON Web Key Set (RFC 7517). */
  jwks: v.string(),
  /** Where people sign in, if they can. */
  authorizationEndpoint: v.optional(v.string()),
  /** In seconds since the Unix epoch. */
  fetchedAt: v.number(),
  /** With which sessions of people are made that it vouches for. */
  sessionSecret: v.string(),
} as const;

export const ProviderItem = v.object({ sk: v.literal(PROVIDER_KEY), ...PROVIDER_FIELDS });
export type StoredProvider = Readonly<v.InferOutput<typeof ProviderItem>>;

/** Whether there is a key of that id. */
export function hasKeyId({ jwks }: StoredProvider, id: string): boolean {
  return jwks.includes(`"kid":${JSON.stringify(id)}`);
}
