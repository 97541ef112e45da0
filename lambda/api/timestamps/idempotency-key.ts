import { nameOf, type Principal } from '../../core/access/principal.ts';
import { invalidField } from '../http/input.ts';
import type { HttpRequest } from '../http/request.ts';

const NAME = 'idempotency-key';
const MAX_LENGTH = 255;
const ALLOWED = `once, 1 to ${MAX_LENGTH} printable ASCII characters, quoted, or bare without spaces and any of " \\ , ;`;
/** A string of RFC 8941, section 3.3.3: quotes and backslashes within it are escaped. */
const QUOTED = /^"(?:[ !#-[\]-~]|\\["\\])*"$/;
/** What people send beside it: UUIDs, hexadecimal, base64. A comma would be between two keys. */
const BARE = /^[!#-+\--:<-[\]-~]*$/;

/**
 * The key of the header Idempotency-Key (IETF draft-ietf-httpapi-idempotency-key-header-07), without its quotes: quoted
 * and bare are the same key. Each name that is known has keys of its own, which no other can take or learn of: the name
 * stands in front, and no key has the line break between them.
 *
 * @returns undefined when there is no such header
 * @throws HttpError 400 when it is malformed or comes more than once
 */
export function readIdempotencyKey({ headers }: HttpRequest, principal: Principal): string | undefined {
  const value = headers.get(NAME);
  if (value === undefined) return undefined;
  const key = QUOTED.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : BARE.test(value) ? value : '';
  if (key === '' || key.length > MAX_LENGTH) throw invalidField(NAME, value, ALLOWED, 'header');
  const name = nameOf(principal);
  return name === undefined ? key : `${name}\n${key}`;
}
