import { isIPv4, isIPv6 } from 'node:net';

/** How much of the clients' addresses is kept. */
export const CLIENT_IP_MODES = ['full', 'truncated', 'none'] as const;
export type ClientIpMode = (typeof CLIENT_IP_MODES)[number];

/** What is kept of an address; `unknown` if nothing is, or if there is none. */
export function keptAddress(address: string, mode: ClientIpMode): string {
  if (mode === 'none') return 'unknown';
  return mode === 'full' ? address : truncateAddress(address);
}

/** The network that an address lies in: the first 24 bits of IPv4, the first 48 of IPv6; anything else is `unknown`. */
export function truncateAddress(address: string): string {
  if (isIPv4(address)) return address.replace(/\d+$/, '0');
  if (!isIPv6(address) || address.includes('%')) return 'unknown';
  // The address in its canonical form (RFC 5952), in which at most one run of zeros is left out.
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - (first?.length ?? 0) - (last?.length ?? 0) }, () => '0');
  return `${[...(first ?? []), ...zeros, ...(last ?? [])].slice(0, 3).join(':')}::`;
}
