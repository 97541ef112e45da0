import type { HttpRequest } from './request.ts';

/** What a page of another origin may send and read, beyond what browsers allow anyway (Fetch Standard, "CORS protocol"). */
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-none-match';
const EXPOSED_HEADERS = 'allow, etag, idempotency-replayed, link, location, retry-after, www-authenticate';
/** How long a browser may remember a preflight, in seconds: Chromium's limit. */
const MAX_AGE_SECONDS = '7200';

/**
 * The headers that let pages of the configured origins use the API; none for other origins.
 *
 * @param allow the methods that work at the address, if something is there
 */
export function corsHeaders(
  { method, headers }: HttpRequest,
  origins: readonly string[],
  allow: string | undefined,
): Readonly<Record<string, string>> {
  if (origins.length === 0) return {};
  const origin = headers.get('origin');
  const vary = { vary: 'origin' };
  if (origin === undefined || !origins.includes(origin)) return vary;
  const own = { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS };
  const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method');
  if (!isPreflight || allow === undefined) return own;
  return {
    ...own,
    'access-control-allow-methods': allow,
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': MAX_AGE_SECONDS,
  };
}
