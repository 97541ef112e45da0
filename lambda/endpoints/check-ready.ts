import { readQuery } from '../http/input.ts';
import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';
import { NoFields } from './fields.ts';

/** `GET /ready`: the table answers, too. One read; 503 when it fails. */
export const checkReady: Endpoint = async (request, { timestamps }) => {
  readQuery(request, NoFields);
  await timestamps.check();
  return respond(200, 'application/json', '{"status":"ready"}\n');
};
