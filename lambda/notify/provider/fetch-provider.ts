import * as v from 'valibot';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { fetchJson } from './fetch-json.ts';

/** What is to be known of a provider. */
export interface FetchedProvider {
  /** Its public keys, of which nothing is kept but what verifying takes. */
  readonly jwks: string;
  readonly keyCount: number;
  /** Where people sign in, if they can. */
  readonly authorizationEndpoint: string | undefined;
}

/** OpenID Connect Discovery 1.0, section 3, as far as it is of use. */
const Metadata = v.object({
  issuer: v.string(),
  jwks_uri: v.pipe(v.string(), v.url()),
  authorization_endpoint: v.optional(v.pipe(v.string(), v.url())),
});
const MOST_KEYS = 50;
/** The members of public keys (RFC 7518, section 6; RFC 8037). Those of private keys, and whatever else there is, are not kept. */
const Key = v.object({
  kty: v.picklist(['RSA', 'EC', 'OKP']),
  kid: v.optional(v.pipe(v.string(), v.maxLength(256))),
  use: v.optional(v.literal('sig')),
  alg: v.optional(v.string()),
  n: v.optional(v.string()),
  e: v.optional(v.string()),
  crv: v.optional(v.string()),
  x: v.optional(v.string()),
  y: v.optional(v.string()),
});
const KeySet = v.object({ keys: v.pipe(v.array(v.unknown()), v.maxLength(MOST_KEYS)) });

/** The provider answers what none should. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/**
 * Asks a provider what it is and for its keys.
 *
 * @throws ProviderError, or whatever keeps it from answering
 */
export async function fetchProvider({ issuer }: Pick<ProviderConfig, 'issuer'>): Promise<FetchedProvider> {
  const secure = new URL(issuer).protocol;
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const metadata = v.safeParse(Metadata, await fetchJson(address));
  if (!metadata.success)
    throw new ProviderError(
      `${address} describes no provider: ${v.flatten(metadata.issues).nested ? Object.keys(v.flatten(metadata.issues).nested ?? {}).join(', ') : 'it is no object'}.`,
    );
  const { issuer: itself, jwks_uri: keysAt, authorization_endpoint: authorizationEndpoint } = metadata.output;
  if (itself !== issuer)
    throw new ProviderError(
      `The provider calls itself ${JSON.stringify(itself.slice(0, 200))}, not ${JSON.stringify(issuer)}.`,
    );
  for (const one of [keysAt, authorizationEndpoint]) {
    if (one !== undefined && new URL(one).protocol !== secure)
      throw new ProviderError(`The provider names ${JSON.stringify(one.slice(0, 200))}, which is not ${secure}`);
  }
  const set = v.safeParse(KeySet, await fetchJson(keysAt));
  if (!set.success) throw new ProviderError(`${keysAt} has no list of at most ${MOST_KEYS} keys.`);
  const keys = set.output.keys.flatMap((key) => {
    const parsed = v.safeParse(Key, key);
    return parsed.success ? [parsed.output] : [];
  });
  if (keys.length === 0) throw new ProviderError(`${keysAt} has no key that signatures can be verified with.`);
  return { jwks: JSON.stringify({ keys }), keyCount: keys.length, authorizationEndpoint };
}
