/** The schemas of the inputs that more than one endpoint takes. Each message says what is allowed. */
import * as v from 'valibot';

const SOURCE_ALLOWED = '1 to 64 of A-Z a-z 0-9 . _ -';
/** Who or what recorded a timestamp. */
export const Source = v.pipe(v.string(SOURCE_ALLOWED), v.regex(/^[A-Za-z0-9._-]{1,64}$/, SOURCE_ALLOWED));

/** For endpoints that take no parameters. */
export const NoFields = v.object({});
