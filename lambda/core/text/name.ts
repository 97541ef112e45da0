/** Names that callers choose: of sources, runs, values, tags and channels. */
import * as v from 'valibot';

export const NAME_ALLOWED = '1 to 64 of A-Z a-z 0-9 . _ -';
const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** A name, with a message of what is allowed. */
export function nameWith(allowed: string) {
  return v.pipe(v.string(allowed), v.regex(NAME, allowed));
}

export const Name = nameWith(NAME_ALLOWED);
