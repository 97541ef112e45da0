/** What lets requests in, and what it says of a key. */
import { hasSecret, parseKey } from '../../core/access/key.ts';
import type { KeyRing } from '../../core/access/key-ring.ts';
import type { StoredKey } from '../../core/access/key-store.ts';
import type { NamedPrincipal } from '../../core/access/principal.ts';

/** What lets requests in, where callers need a name. */
export interface Gate {
  readonly keyRing: KeyRing;
  /** Who vouches for whoever has no key, as in the environment: see configOf. @default - nobody does */
  readonly oidc?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** The stored key that somebody shows, with its principal; or what is wrong with it. */
export async function findKey(
  text: string,
  { keyRing, now }: Gate,
): Promise<{ readonly id: string; readonly hash: string; readonly principal: NamedPrincipal } | string> {
  const shown = parseKey(text);
  if (shown === undefined) return 'This is no key: something in it is mistyped or missing.';
  const key = await keyRing.find(shown.id);
  // Of a key that is not known as well: the comparison takes as long. The look-up for it may not, but ids are no secret.
  if (!hasSecret(shown, key?.hash) || key === undefined) return 'This key is not known.';
  const principal = principalOfKey(key, now());
  return typeof principal === 'string' ? principal : { id: shown.id, hash: key.hash, principal };
}

/**
 * The principal of a key, for whoever has shown that they have it; or why it is good no more.
 *
 * @param now milliseconds since the Unix epoch
 */
export function principalOfKey(key: StoredKey, now: number): NamedPrincipal | string {
  const { name, scopes, sources, revokedAt, expiresAt = Number.POSITIVE_INFINITY } = key;
  if (revokedAt !== undefined) return `The key of ${JSON.stringify(name)} was revoked.`;
  if (now >= expiresAt * 1000) return `The key of ${JSON.stringify(name)} has expired.`;
  return { kind: 'named', name, scopes, sources };
}
