import type { HttpRequest } from './request.ts';

/** What a Host header may hold (RFC 9110, section 7.2): a name or an address, and a port. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** How the client reaches this very host: `https://rollcall.example.com`. */
export function originOf({ host, protocol }: HttpRequest): string {
  return `${protocol}://${HOST.test(host) ? host : 'localhost'}`;
}
