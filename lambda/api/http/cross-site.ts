import { HttpError } from './errors.ts';
import type { HttpRequest } from './request.ts';

/** They change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** From a page of our own, and from nobody's page: an address that was typed, a bookmark. */
const OWN_SITES = ['same-origin', 'none'];

/**
 * Refuses a request that changes something if the browser says that a page of somebody else has made it. Programs do not
 * say where they are called from, and are let through.
 *
 * Browsers say it in Sec-Fetch-Site (W3C Fetch Metadata), but not to addresses of plain HTTP, and not before 2023; then
 * Origin says it (Fetch Standard, "Origin header"). `same-site` is somebody else: another port, another subdomain.
 *
 * @param origins whose pages may use the API
 * @param getChanges whether even a GET changes something
 * @throws HttpError 403 that names the origin
 */
export function refuseCrossSite(request: HttpRequest, origins: readonly string[], getChanges = false): void {
  const { method, headers } = request;
  if (method === 'OPTIONS' || (!getChanges && SAFE_METHODS.includes(method))) return;
  const origin = headers.get('origin');
  if (origin !== undefined && origins.includes(origin)) return;
  const site = headers.get('sec-fetch-site');
  if (site === undefined ? isOwnOrigin(origin, request) : OWN_SITES.includes(site)) return;
  const page = origin === undefined || origin === 'null' ? 'another site' : JSON.stringify(origin.slice(0, 100));
  throw new HttpError(
    403,
    `A page of ${page} may not change anything here; the pages of this address may, and those of the configured CORS origins.`,
  );
}

/**
 * Refuses a request that changes something and is known by a cookie alone, unless the browser says that a page of this very
 * address has made it: what it adds by itself proves nothing of who wanted this. Origins of CORS are no exception.
 *
 * @throws HttpError 403
 */
export function requireOwnPage(request: HttpRequest): void {
  const { method, headers } = request;
  if (SAFE_METHODS.includes(method)) return;
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (site === undefined ? origin !== undefined && isOwnOrigin(origin, request) : site === 'same-origin') return;
  throw new HttpError(
    403,
    'Who has signed in may change something by the pages of this address alone; a program needs a key.',
  );
}

/** By the host alone: of what stands before us, something may have ended TLS without a word. */
function isOwnOrigin(origin: string | undefined, { host }: HttpRequest): boolean {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host.toLowerCase();
}
