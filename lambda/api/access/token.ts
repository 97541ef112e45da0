/** Tokens that the identity provider signs. Loaded when the first of them comes: it is most of what verifying them takes. */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import type { StoredProvider } from '../../core/access/provider-item.ts';

export interface TokenCheck {
  readonly config: ProviderConfig;
  readonly provider: StoredProvider;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Of a sign-in that we began. @default - none was */
  readonly nonce?: string | undefined;
}

/** What a token says, once it is believed. */
export interface Vouched {
  /** By which the provider knows whoever it vouches for, always. */
  readonly subject: string;
  /** In seconds since the Unix epoch. */
  readonly expiresAt: number;
  /** The first claim that is not as it must be, if one is not. */
  readonly refusedFor: string | undefined;
}

/** How far clocks may be apart, in seconds. */
export const SKEW_SECONDS = 60;
/** With a key that the provider alone has. `none`, and those with a secret that we would have to share, are not among them. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** OpenID Connect Core 1.0, section 2: at most 255 characters of ASCII. */
const SUBJECT = /^[ -~]{1,255}$/;
const UNKNOWN = 'This token is not known: it is signed with none of the keys of the identity provider.';

/** What means something in an expression, but for the asterisk. */
const SPECIAL = /[\\^$+?.()|[\]{}]/g;

type KeySet = ReturnType<typeof createLocalJWKSet>;
/** The keys by what was read of them: those of another reading are others. */
const keySets = new WeakMap<StoredProvider, KeySet>();

/** What a token says; or, in words for whoever brings it, why it is not believed. */
export async function verifyToken(
  text: string,
  { config, provider, now, nonce }: TokenCheck,
): Promise<Vouched | string> {
  const { issuer, clientId: audience } = config;
  try {
    const { payload } = await jwtVerify(text, keySetOf(provider), {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'sub'],
    });
    const { sub = '', exp = 0, aud, azp } = payload;
    if (!SUBJECT.test(sub)) return 'This token has no subject that can be written down.';
    // OpenID Connect Core 1.0, section 3.1.3.7: one for several must say that it was made for us.
    if (Array.isArray(aud) && aud.length > 1 && azp !== audience) return wrongAudience(audience);
    if (nonce !== undefined && payload.nonce !== nonce) return 'This token was made for another sign-in.';
    return { subject: sub, expiresAt: exp, refusedFor: refusedClaim(payload, config) };
  } catch (error) {
    if (error instanceof errors.JOSEError) return reasonOf(error, audience);
    throw error;
  }
}

function keySetOf(provider: StoredProvider): KeySet {
  const known = keySets.get(provider) ?? createLocalJWKSet(JSON.parse(provider.jwks));
  keySets.set(provider, known);
  return known;
}

function reasonOf(error: errors.JOSEError, audience: string): string {
  if (error instanceof errors.JWTExpired) return 'This token has expired.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return UNKNOWN;
  switch (error.claim) {
    case 'aud':
      return wrongAudience(audience);
    case 'nbf':
      return 'This token is not good yet.';
    case 'iss':
      return 'This token is of another identity provider.';
    default:
      return `This token has no claim ${error.claim} that makes sense.`;
  }
}

function wrongAudience(audience: string): string {
  return `This token is for another audience than ${JSON.stringify(audience)}.`;
}

function refusedClaim(payload: JWTPayload, { allow }: ProviderConfig): string | undefined {
  const fits = ([claim, pattern]: readonly [string, string]) => {
    const expression = new RegExp(`^${pattern.replaceAll(SPECIAL, '\\$&').replaceAll('*', '.*')}$`, 's');
    return [payload[claim]].flat().some((value) => isPlain(value) && expression.test(String(value)));
  };
  return Object.entries(allow).find((rule) => !fits(rule))?.[0];
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
