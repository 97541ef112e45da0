import { HttpError } from './errors.ts';
import type { HttpRequest } from './request.ts';

/**
 * Refuses a request for a host that is none of ours. A page whose own name leads to this machine (DNS rebinding) would
 * otherwise be of the same origin as what answers here, and read and do whatever anybody on this machine may.
 *
 * @param hosts names without ports, in lower case; undefined where any host is answered
 * @throws HttpError 403 that names the host, and those that are answered
 */
export function refuseUnknownHost({ host }: HttpRequest, hosts: readonly string[] | undefined): void {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  if (hosts === undefined || hosts.includes(name)) return;
  throw new HttpError(
    403,
    `This does not answer for the host ${JSON.stringify(host.slice(0, 100))}; it does for ${hosts.join(', ')}.`,
  );
}
