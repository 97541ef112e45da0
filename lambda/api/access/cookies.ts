import type { HttpRequest } from '../http/request.ts';

/**
 * The cookie of a session. By the prefix a browser takes it by HTTPS alone (or from its own machine), for this very host
 * alone (RFC 6265bis, section 4.1.3).
 */
export const SESSION_COOKIE = '__Host-rollcall';

/** The cookie with which somebody sets out to the identity provider: see round-trip.ts. */
export const STATE_COOKIE = '__Host-rollcall-state';

/** The value of a cookie that a request brings. */
export function readCookie({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  // Several lines of the header are joined with a comma.
  return new RegExp(`(?:^|[;,])\\s*${name}=([^;,\\s]*)`).exec(headers.get('cookie') ?? '')?.[1];
}

/** The header that has a browser keep a cookie, for so many seconds; none take it away. */
export function setCookie(name: string, value: string, seconds: number, sameSite: 'Lax' | 'None' = 'Lax') {
  return { 'set-cookie': `${name}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=${sameSite}` };
}
