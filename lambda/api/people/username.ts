import * as v from 'valibot';
import type { PathParams } from '../http/endpoint.ts';
import { invalidField } from '../http/input.ts';

const USERNAME_ALLOWED = '1 to 64 of A-Z a-z';
/** Somebody's name, as it stands in the path. */
export const Username = v.pipe(v.string(USERNAME_ALLOWED), v.regex(/^[A-Za-z]{1,64}$/, USERNAME_ALLOWED));

/**
 * The username of the path.
 *
 * @throws HttpError 400 if it is none
 */
export function readUsername({ username }: PathParams): string {
  const result = v.safeParse(Username, username);
  if (!result.success) throw invalidField('username', username, USERNAME_ALLOWED, 'path');
  return result.output;
}
