/** Sessions by cookie. */
import type { NamedPrincipal } from '../../core/access/principal.ts';
import type { ProviderConfig } from '../../core/access/provider-config.ts';
import { isSealedWith, parseSession, SESSION_SECONDS, sealSession } from '../../core/access/session.ts';
import { SESSION_COOKIE, setCookie } from './cookies.ts';
import { type Gate, principalOfKey } from './gate.ts';
import { configOf, principalOf, readProvider, sessionSecretOf } from './provider.ts';

/** The header that begins the session of a key. */
export function beginKeySession({ id, hash }: { readonly id: string; readonly hash: string }, { now }: Gate) {
  const expiresAt = Math.floor(now() / 1000) + SESSION_SECONDS;
  const value = sealSession({ kind: 'key', subject: id, expiresAt }, hash);
  return setCookie(SESSION_COOKIE, value, SESSION_SECONDS);
}

/** The header that begins the session of somebody whom the identity provider vouches for. */
export async function beginProviderSession(name: string, gate: Gate, config: ProviderConfig) {
  const expiresAt = Math.floor(gate.now() / 1000) + SESSION_SECONDS;
  const secret = sessionSecretOf(await readProvider(gate, config), config);
  return setCookie(
    SESSION_COOKIE,
    sealSession({ kind: 'provider', subject: name, expiresAt }, secret),
    SESSION_SECONDS,
  );
}

async function principalOfProviderSession(text: string, name: string, gate: Gate): Promise<NamedPrincipal | undefined> {
  const config = configOf(gate);
  if (config === undefined) return undefined;
  const isOurs = isSealedWith(text, sessionSecretOf(await readProvider(gate, config), config));
  return isOurs ? principalOf(name, config) : undefined;
}

/** The principal of a session: undefined if it is none, or has ended, or if what let it in would not any more. */
export async function principalOfSession(cookie: string | undefined, gate: Gate): Promise<NamedPrincipal | undefined> {
  const text = cookie ?? '';
  const shown = parseSession(text);
  if (shown === undefined || gate.now() >= shown.expiresAt * 1000) return undefined;
  if (shown.kind === 'provider') return principalOfProviderSession(text, shown.subject, gate);
  const key = await gate.keyRing.find(shown.subject);
  if (!isSealedWith(text, key?.hash) || key === undefined) return undefined;
  const principal = principalOfKey(key, gate.now());
  return typeof principal === 'string' ? undefined : principal;
}
