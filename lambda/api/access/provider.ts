/** Whoever the identity provider vouches for: by a token, or by a session that began with one. */
import { createHash } from 'node:crypto';
import type { NamedPrincipal } from '../../core/access/principal.ts';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { hasKeyId, type StoredProvider } from '../../core/access/provider-item.ts';
import { HttpError } from '../http/errors.ts';
import type { Gate } from './gate.ts';

/** The most tokens that are remembered; each is a few hundred bytes. */
const MOST_REMEMBERED = 1_000;
/** The tokens that were verified, by their hashes, and how long, at most, they are good. Newly read keys know none of them. */
const remembered = new WeakMap<StoredProvider, Map<string, { readonly name: string; readonly until: number }>>();

const configs = new Map<string, ProviderConfig>();

/** What a stage says of its provider, if it has one. */
export function configOf({ oidc }: Gate): ProviderConfig | undefined {
  if (oidc === undefined) return undefined;
  const config = configs.get(oidc) ?? parseConfig(oidc);
  configs.set(oidc, config);
  return config;
}

/**
 * What was set was held to its schema by whoever set it (lib/config, local/start.ts): the schema is 3 KB, which each cold
 * start would read. Here it is but made sure that nobody is let in by half of a rule.
 */
function parseConfig(text: string): ProviderConfig {
  const isNamed = (value: unknown): value is Readonly<Record<keyof ProviderConfig, unknown>> =>
    typeof value === 'object' &&
    value !== null &&
    ['issuer', 'clientId', 'allow', 'scopes'].every((name) => name in value);
  const isConfig = (value: unknown): value is ProviderConfig =>
    isNamed(value) &&
    [value.issuer, value.clientId].every((one) => typeof one === 'string') &&
    typeof value.allow === 'object' &&
    Object.values(value.allow ?? {}).length > 0 &&
    Object.values(value.allow ?? {}).every((one) => typeof one === 'string') &&
    Array.isArray(value.scopes);
  const value: unknown = JSON.parse(text);
  if (!isConfig(value)) throw new TypeError('What is said of the identity provider makes no sense.');
  return value;
}

/** The principal of somebody whom the provider knows. Its colon is in the name of no key. */
export function principalOf(name: string, { scopes }: ProviderConfig): NamedPrincipal {
  return { kind: 'named', name, scopes };
}

/** What sessions are made with: with other rules of who is let in, those before them end. */
export function sessionSecretOf(
  { sessionSecret }: StoredProvider,
  { issuer, clientId, allow }: ProviderConfig,
): string {
  return JSON.stringify([sessionSecret, issuer, clientId, allow]);
}

/**
 * What is known of the provider that a stage names.
 *
 * @throws HttpError 503 while its keys have never been fetched
 */
export async function readProvider(
  { keyRing }: Gate,
  { issuer }: ProviderConfig,
  isEnough?: (provider: StoredProvider) => boolean,
): Promise<StoredProvider> {
  const provider = await keyRing.provider(isEnough);
  if (provider?.issuer === issuer) return provider;
  throw new HttpError(503, 'The keys of the identity provider are not known yet; try again in a minute.', {
    headers: { 'retry-after': '60' },
  });
}

/**
 * The principal that a token names; or, in words for whoever brings it, why it is not believed.
 *
 * @param nonce of a sign-in that we began
 * @throws HttpError 403 for somebody whom the provider knows, and the stage does not let in
 */
export async function principalOfToken(text: string, gate: Gate, nonce?: string): Promise<NamedPrincipal | string> {
  const config = configOf(gate);
  if (config === undefined) return 'Nobody vouches for anybody here.';
  const id = keyIdOf(text);
  const provider = await readProvider(gate, config, (known) => id === undefined || hasKeyId(known, id));
  const now = gate.now();
  const tokens = remembered.get(provider) ?? new Map();
  remembered.set(provider, tokens);
  const hash = createHash('sha256').update(text).digest('base64');
  const seen = tokens.get(hash);
  if (seen !== undefined && now < seen.until && nonce === undefined) return principalOf(seen.name, config);

  const { SKEW_SECONDS, verifyToken } = await import('./token.ts');
  const vouched = await verifyToken(text, { config, provider, now, nonce });
  if (typeof vouched === 'string') return vouched;
  const { subject, expiresAt, refusedFor } = vouched;
  const name = `oidc:${subject}`;
  if (refusedFor !== undefined) {
    const who = `The identity provider vouches for ${JSON.stringify(name)}`;
    throw new HttpError(
      403,
      `${who}, who is not let in here: the claim ${JSON.stringify(refusedFor)} is not as it must be.`,
    );
  }
  if (tokens.size >= MOST_REMEMBERED) tokens.delete(tokens.keys().next().value);
  tokens.set(hash, { name, until: (expiresAt + SKEW_SECONDS) * 1000 });
  return principalOf(name, config);
}

/** The id of the key that a token says it is signed with. */
function keyIdOf(text: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString());
    const isNamed = typeof header === 'object' && header !== null && 'kid' in header;
    return isNamed && typeof header.kid === 'string' ? header.kid : undefined;
  } catch {
    return undefined;
  }
}
