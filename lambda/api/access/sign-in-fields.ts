import * as v from 'valibot';

const KEY_ALLOWED = 'a key, as npm run keys has printed it';
const NEXT_ALLOWED = 'a path of this host to go on to';

/** What the page for signing in takes. */
export const SignInQuery = v.object({ next: v.optional(v.string(NEXT_ALLOWED)) });
/** What its form sends. */
export const SignInForm = v.object({ ...SignInQuery.entries, key: v.string(KEY_ALLOWED) });
