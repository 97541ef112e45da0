import { addressWith } from '../lists/address.ts';

/** The values that an address of the list may have, as text that was validated, or made of what was. */
export interface ListAddress {
  readonly limit?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly source?: string | undefined;
  readonly format?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/**
 * An address of the list; fields that are undefined are left out. It may stand in a header: nothing of it is as a client
 * sent it.
 */
export function listAddress(fields: ListAddress): string {
  // A colon needs no encoding in a query (RFC 3986, section 3.4), and times are easier to read with it.
  return addressWith('/app', { ...fields }).replaceAll('%3A', ':');
}
