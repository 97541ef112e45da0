/** Sessions by cookie. */
import type { NamedPrincipal } from '../../core/access/principal.ts';
import { isSealedWith, parseSession, SESSION_SECONDS, sealSession } from '../../core/access/session.ts';
import { SESSION_COOKIE, setCookie } from './cookies.ts';
import { type Gate, principalOfKey } from './gate.ts';

/** The header that begins the session of a key. */
export function beginKeySession({ id, hash }: { readonly id: string; readonly hash: string }, { now }: Gate) {
  const expiresAt = Math.floor(now() / 1000) + SESSION_SECONDS;
  const value = sealSession({ kind: 'key', subject: id, expiresAt }, hash);
  return setCookie(SESSION_COOKIE, value, SESSION_SECONDS);
}

/** The principal of a session: undefined if it is none, or has ended, or if what let it in would not any more. */
export async function principalOfSession(cookie: string | undefined, gate: Gate): Promise<NamedPrincipal | undefined> {
  const text = cookie ?? '';
  const shown = parseSession(text);
  if (shown === undefined || gate.now() >= shown.expiresAt * 1000) return undefined;
  const key = await gate.keyRing.find(shown.subject);
  if (!isSealedWith(text, key?.hash) || key === undefined) return undefined;
  const principal = principalOfKey(key, gate.now());
  return typeof principal === 'string' ? undefined : principal;
}
