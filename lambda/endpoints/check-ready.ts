import { respond } from '../http/response.ts';
import type { Endpoint } from '../http/router.ts';

/** `GET /ready`: the table answers, too. One read; 503 when it fails. */
export const checkReady: Endpoint = async (_request, { timestamps }) => {
  await timestamps.check();
  return respond(200, 'application/json', '{"status":"ready"}\n');
};
