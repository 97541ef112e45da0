/** The schemas of what more than one endpoint takes. Each message says what is allowed. */
import * as v from 'valibot';
import { Name } from '../../core/text/name.ts';
import { isId } from '../../core/timestamps/timestamp-id.ts';

/** Who or what recorded a timestamp. */
export const Source = Name;

const ID_ALLOWED = 'the id of a timestamp, a UUID of version 7 such as 019aa2d6-1b2c-7a3f-8c1d-5e2f3a4b5c06';
/** The id of a timestamp; it may come in upper case (RFC 9562, section 4). */
export const Id = v.pipe(
  v.string(ID_ALLOWED),
  v.metadata({
    format: 'uuid',
    pattern: '^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-7[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$',
  }),
  v.check((text) => isId(text.toLowerCase()), ID_ALLOWED),
  v.toLowerCase(),
);
