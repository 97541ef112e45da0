/** Visible characters of ASCII, of which browsers take none away; no backslash, which they take for a slash. */
const PATH = /^\/(?![/\\])[!-[\]-~]{0,2000}$/;

/**
 * An address to go on to, if it is a path of this host and nothing else: `/app?limit=5`. Whatever may lead elsewhere
 * (`//host`, `/\\host`, a scheme, something that browsers leave out before they look), and what would lead back to
 * signing in, becomes the start page.
 */
export function ownPath(text: string | undefined): string {
  if (text === undefined || !PATH.test(text) || !URL.canParse(text, BASE)) return '/';
  const { origin, pathname, search } = new URL(text, BASE);
  // As the browser will understand it: `/.//host` has become `//host`.
  const meant = pathname + search;
  return origin !== BASE || !PATH.test(meant) || /^\/sign-(in|out)\b/.test(pathname) ? '/' : meant;
}

const BASE = 'https://rollcall.invalid';
