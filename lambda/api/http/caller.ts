import { isIP } from 'node:net';

type Headers = ReadonlyMap<string, string>;

/** What the nearest proxy that can be believed says of the client. */
export interface Client {
  /** The address that it saw, or `unknown`. */
  readonly clientIp: string;
  /** `http` or `https`: how the client reached it. */
  readonly protocol: string;
  /** The host that the client asked for, as it was sent: anything at all, or empty. */
  readonly host: string;
}

/**
 * The client as our CDN saw it (CloudFront developer guide, "Add CloudFront request headers"). These headers are worth
 * nothing unless the request is known to have come by way of the CDN: anybody can send them.
 */
export function clientOfCdn(headers: Headers): Client {
  return {
    clientIp: viewerIp(headers.get('cloudfront-viewer-address') ?? ''),
    protocol: protocolOf(headers.get('cloudfront-forwarded-proto') ?? headers.get('x-forwarded-proto')),
    host: headers.get('x-forwarded-host') ?? headers.get('host') ?? '',
  };
}

/** The client as the load balancer or the API saw it. An API gives the address; a load balancer has it in a header. */
export function clientOfIngress(headers: Headers, sourceIp: string | undefined): Client {
  // A proxy appends the address that it saw; everything before that is what the client claims.
  const address = sourceIp ?? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return {
    clientIp: isIP(address) ? address : 'unknown',
    protocol: protocolOf(headers.get('x-forwarded-proto')),
    host: headers.get('host') ?? '',
  };
}

/** The address out of `192.0.2.1:46532`. With or without brackets around IPv6: which of them is documented nowhere. */
function viewerIp(address: string): string {
  const ip = /^\[?(.+?)\]?:\d{1,5}$/.exec(address)?.[1] ?? '';
  return isIP(ip) ? ip : 'unknown';
}

function protocolOf(sent: string | undefined): string {
  return sent === 'https' ? 'https' : 'http';
}
