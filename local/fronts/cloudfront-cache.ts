import {
  CACHED_PATHS,
  CREDENTIAL_KEY_HEADERS,
  CREDENTIAL_MAX_SECONDS,
  PAGE_KEY_HEADERS,
  UNKEPT_ERRORS,
  VIEWER_HOST_HEADER,
} from '../../lambda/core/cdn-policy.ts';
import type { FrontRequest, FrontResponse } from './front.ts';
import { cut, headerLines, valuesOf } from './headers.ts';

export interface CacheOptions {
  readonly withCredentials: boolean;
  /** The lowest, the usual and the highest time to live of the pages that are the same for everybody. */
  readonly pageSeconds: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

interface Policy {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly headers: readonly string[];
}

/** Whether what is at a target may be kept, whatever it says: for the patterns of the distribution's behaviours. */
export function isKept(target: string): boolean {
  const [path] = cut(target, '?');
  return CACHED_PATHS.some((pattern) => {
    const [start, rest] = cut(pattern, '{');
    return rest === '' ? path === pattern : path.startsWith(start);
  });
}

/**
 * Makes what keeps answers as the distribution does (CloudFront developer guide, "Manage how long content stays in the
 * cache"): what an answer says counts between the lowest and the highest time to live.
 */
export function createCache({ withCredentials, pageSeconds, now }: CacheOptions) {
  const pages: Policy = { minSeconds: pageSeconds, maxSeconds: pageSeconds, headers: PAGE_KEY_HEADERS };
  const credentials: Policy = { minSeconds: 0, maxSeconds: CREDENTIAL_MAX_SECONDS, headers: CREDENTIAL_KEY_HEADERS };
  const disabled: Policy = { minSeconds: 0, maxSeconds: 0, headers: [] };
  const kept = new Map<string, { readonly response: FrontResponse; readonly until: number }>();

  return async (request: FrontRequest, ask: () => Promise<FrontResponse>): Promise<FrontResponse> => {
    const { method, target } = request;
    if (method !== 'GET' && method !== 'HEAD') return ask();
    const policy = isKept(target) ? pages : withCredentials ? credentials : disabled;
    const address = policy === pages ? cut(target, '?')[0] : target;
    const key = JSON.stringify([method, address, ...policy.headers.map((name) => headerOf(request, name))]);
    const found = kept.get(key);
    if (found !== undefined && now() < found.until) return hit(found.response);
    const response = await ask();
    const seconds = Math.min(policy.maxSeconds, Math.max(policy.minSeconds, secondsOf(response)));
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
