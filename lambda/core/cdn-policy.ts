/** What CloudFront passes on and what it keeps: for the distribution, and for its model on one machine. */

/** The headers of viewers that reach the function: those that it reads (a policy takes at most ten). */
export const FORWARDED_HEADERS = [
  'Accept',
  'Access-Control-Request-Headers',
  'Access-Control-Request-Method',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'Origin',
  'Sec-Fetch-Site',
  // CloudFront's own, which no viewer can forge.
  'CloudFront-Forwarded-Proto',
  'CloudFront-Viewer-Address',
];

/** The routes whose answers are the same for everybody: they may be kept, whatever they say. */
export const CACHED_PATHS = ['/', '/docs', '/assets/{name}', '/openapi.json'];

/** The header in which the pages that print their own address find the host that the viewer asked for. */
export const VIEWER_HOST_HEADER = 'x-forwarded-host';

/** All that those differ by: they take no query. These headers reach the function, too; Authorization and cookies do not. */
export const PAGE_KEY_HEADERS = ['Accept', 'Origin', VIEWER_HOST_HEADER];

/** What all else differs by, beside the query, where callers are asked who they are; nothing of it is kept that says `no-store`. */
export const CREDENTIAL_KEY_HEADERS = ['Accept', 'Authorization', 'Origin'];
/** What reaches the function of cookies there, in the key as well: the session alone. */
export const CREDENTIAL_KEY_COOKIES = ['__Host-rollcall'];
/** Where people sign in: it must know the host that they asked for, and how they set out. */
export const SIGN_IN_PATH = '/sign-in';
export const SIGN_IN_KEY_HEADERS = ['Accept', 'Origin', VIEWER_HOST_HEADER];
export const SIGN_IN_KEY_COOKIES = ['__Host-rollcall', '__Host-rollcall-state'];
/** The most seconds of what does not say it: CloudFront wants more than none. */
export const CREDENTIAL_MAX_SECONDS = 1;

/** The errors that CloudFront would keep for ten seconds otherwise (developer guide, "How CloudFront processes errors"). */
export const UNKEPT_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
