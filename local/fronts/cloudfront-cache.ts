import {
  CACHED_PATHS,
  CREDENTIAL_KEY_COOKIES,
  CREDENTIAL_KEY_HEADERS,
  CREDENTIAL_MAX_SECONDS,
  PAGE_KEY_HEADERS,
  SIGN_IN_KEY_COOKIES,
  SIGN_IN_KEY_HEADERS,
  SIGN_IN_PATH,
  UNKEPT_ERRORS,
  VIEWER_HOST_HEADER,
} from '../../lambda/core/cdn-policy.ts';
import type { FrontRequest, FrontResponse } from './front.ts';
import { cut, type HeaderLine, headerLines, valuesOf } from './headers.ts';

export interface CacheOptions {
  readonly withCredentials: boolean;
  /** The lowest, the usual and the highest time to live of the pages that are the same for everybody. */
  readonly pageSeconds: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** What of a request is in the key of a cache, beside its address; that, and no other of its kind, reaches the origin. */
interface CacheKey {
  readonly headers: readonly string[];
  readonly cookies: readonly string[];
}

/** Whether what is at a target may be kept, whatever it says: for the patterns of the distribution's behaviours. */
export function isKept(target: string): boolean {
  const [path] = cut(target, '?');
  return CACHED_PATHS.some((pattern) => {
    const [start, rest] = cut(pattern, '{');
    return rest === '' ? path === pattern : path.startsWith(start);
  });
}

/** The key of the behaviour at a target. */
export function keyOf(target: string, withCredentials: boolean): CacheKey {
  if (isKept(target)) return { headers: PAGE_KEY_HEADERS, cookies: [] };
  if (!withCredentials) return { headers: [], cookies: [] };
  return cut(target, '?')[0] === SIGN_IN_PATH
    ? { headers: SIGN_IN_KEY_HEADERS, cookies: SIGN_IN_KEY_COOKIES }
    : { headers: CREDENTIAL_KEY_HEADERS, cookies: CREDENTIAL_KEY_COOKIES };
}

/** The cookies that a key names, as they reach the origin; others stay where they are. */
export function cookiesAmong(lines: readonly HeaderLine[], names: readonly string[]): string {
  const all = valuesOf(lines, 'cookie').flatMap((value) => value.split(/;\s*/));
  return all.filter((cookie) => names.includes(cut(cookie, '=')[0])).join('; ');
}

/**
 * Makes what keeps answers as the distribution does (CloudFront developer guide, "Manage how long content stays in the
 * cache"): what an answer says counts between the lowest and the highest time to live.
 */
export function createCache({ withCredentials, pageSeconds, now }: CacheOptions) {
  const kept = new Map<string, { readonly response: FrontResponse; readonly until: number }>();

  return async (request: FrontRequest, ask: () => Promise<FrontResponse>): Promise<FrontResponse> => {
    const { method, target } = request;
    if (method !== 'GET' && method !== 'HEAD') return ask();
    const isPage = isKept(target);
    const [least, most] = isPage ? [pageSeconds, pageSeconds] : [0, withCredentials ? CREDENTIAL_MAX_SECONDS : 0];
    const { headers, cookies } = keyOf(target, withCredentials);
    const differs = [
      ...headers.map((name) => headerOf(request, name)),
      cookiesAmong(headerLines(request.rawHeaders), cookies),
    ];
    const key = JSON.stringify([method, isPage ? cut(target, '?')[0] : target, ...differs]);
    const found = kept.get(key);
    if (found !== undefined && now() < found.until) return hit(found.response);
    const response = await ask();
    const seconds = Math.min(most, Math.max(least, secondsOf(response)));
    if (seconds > 0 && !UNKEPT_ERRORS.includes(response.status)) {
      kept.set(key, { response, until: now() + seconds * 1000 });
    }
    return response;
  };
}

function headerOf({ rawHeaders }: FrontRequest, name: string): string {
  // A function at the edge puts it there.
  const wanted = name === VIEWER_HOST_HEADER ? 'host' : name.toLowerCase();
  return valuesOf(headerLines(rawHeaders), wanted).join(', ');
}

function secondsOf({ headers }: FrontResponse): number {
  const control = valuesOf(headers, 'cache-control').join(', ');
  if (/no-store|no-cache|private/.test(control)) return 0;
  return Number(/(?:s-maxage|max-age)=(\d+)/.exec(control)?.[1] ?? 0);
}

function hit(response: FrontResponse): FrontResponse {
  const headers = response.headers.filter(([name]) => name !== 'X-Cache');
  return { ...response, headers: [...headers, ['X-Cache', 'Hit from cloudfront']] };
}
