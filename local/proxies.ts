import { BlockList, isIP } from 'node:net';
import { cut, type HeaderLine, valuesOf } from './fronts/headers.ts';
import { StartError } from './start-error.ts';

/** The client of a request, and how it asked, as far as those say it who are believed. */
export interface Client {
  readonly address: string;
  readonly protocol: 'http' | 'https';
}

/** What finds out who the client is, behind proxies. */
export type FindClient = (peer: string, lines: readonly HeaderLine[]) => Client;

/** No proxy is believed: whoever is connected is the client. */
export const trustNobody: FindClient = (peer) => ({ address: peer, protocol: 'http' });

/**
 * Reads TRUSTED_PROXIES: addresses and networks (`10.0.0.0/8,::1`) whose `X-Forwarded-For` and `X-Forwarded-Proto` count.
 * The client is the last address of the list that is no proxy of these; what stands before it, the client may have made up.
 *
 * @throws StartError that says which part is no such thing
 */
export function parseTrustedProxies(text: string | undefined): FindClient {
  if (text === undefined) return trustNobody;
  const trusted = new BlockList();
  for (const part of text.split(',').map((one) => one.trim())) addNetwork(trusted, part);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (peer, lines) => {
    if (!isTrusted(peer)) return trustNobody(peer, lines);
    const said = valuesOf(lines, 'x-forwarded-for')
      .flatMap((value) => value.split(','))
      .map((address) => address.trim());
    // What is no address was said by nobody who is believed.
    const first = said.findLastIndex((address) => isIP(address) === 0 || !isTrusted(address));
    const outermost = said.slice(first + 1).at(0) ?? peer;
    const client = said[first];
    const address = client !== undefined && isIP(client) !== 0 ? client : outermost;
    const protocol = valuesOf(lines, 'x-forwarded-proto').at(-1)?.trim().toLowerCase() === 'https' ? 'https' : 'http';
    return { address, protocol };
  };
}

function addNetwork(trusted: BlockList, part: string): void {
  const [address, bits] = cut(part, '/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const prefix = part.includes('/') ? bits : String(most);
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > most) {
    throw new StartError(
      `TRUSTED_PROXIES has "${part}"; it must be addresses or networks with commas between, such as 10.0.0.0/8,::1`,
    );
  }
  trusted.addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4');
}
