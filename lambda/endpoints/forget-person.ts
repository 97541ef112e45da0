import { readQuery } from '../http/input.ts';
import { respondEmpty } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';
import { NoFields, readUsername } from './fields.ts';

/** `DELETE /hello/{username}`: erases what is known of somebody, if anything is. */
export const forgetPerson: Endpoint = async (request, { people }, params) => {
  const username = readUsername(params);
  readQuery(request, NoFields);
  await people.delete(username);
  return respondEmpty(204);
};
