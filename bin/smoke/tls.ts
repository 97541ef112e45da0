import { once } from 'node:events';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { messageOf } from '../../local/error-message.ts';
import { type Differences, matching } from './differences.ts';
import { exchange } from './exchange.ts';

/** A certificate that nobody renews is seen in time: AWS renews its own 60 days before their end. */
const MIN_DAYS_LEFT = 14;
const DAY_MS = 86_400_000;
const TIMEOUT_MS = 10_000;
/** The versions that nothing should speak any more (RFC 8996), and this Node only when it is told to. */
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;

export interface TlsOptions {
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** An authority to trust beside the usual ones. */
  readonly ca?: string;
  /** Whether TLS 1.0 and 1.1 must be refused. */
  readonly isOldRefused: boolean;
}

/**
 * Whether a server speaks TLS 1.2 or later, and nothing older, with a certificate that is valid for its name and for a
 * while yet.
 */
export async function checkTls({ hostname: host, port }: URL, options: TlsOptions): Promise<Differences> {
  const { now, ca, isOldRefused } = options;
  const servername = isIP(host) === 0 ? host : '';
  const server = { host, port: Number(port) || 443, servername, ...(ca !== undefined && { ca }) };
  const old = isOldRefused && (await tryHandshake({ ...server, ...OLD }));
  const spoken = typeof old === 'object' ? [`the server still speaks ${old.protocol}`] : [];
  const current = await tryHandshake({ ...server, minVersion: 'TLSv1.2' });
  if (typeof current === 'string') return [`no TLS handshake: ${current}`, ...spoken];
  const daysLeft = Math.floor((current.validTo - now) / DAY_MS);
  return [
    ...matching('the version of TLS', current.protocol, /^TLSv1\.[23]$/),
    ...(daysLeft >= MIN_DAYS_LEFT ? [] : [`the certificate ends in ${daysLeft} days; ${MIN_DAYS_LEFT} are the least`]),
    ...spoken,
  ];
}

/**
 * Whether whoever runs a host chooses its versions of TLS: under a name of CloudFront's own, CloudFront does, and takes
 * old ones, too (CloudFront developer guide, "Security policy").
 */
export function choosesTlsVersions(hostname: string): boolean {
  return !hostname.endsWith('.cloudfront.net');
}

/** Whether HTTP leads to HTTPS, on the same host. */
export async function checkRedirect({ hostname }: URL, httpPort = 80): Promise<Differences> {
  const { status, headers } = await exchange(new URL(`http://${hostname}:${httpPort}/app`));
  const location = URL.parse(headers.location ?? '');
  return [
    ...([301, 302, 307, 308].includes(status) ? [] : [`HTTP answers with ${status}; it must redirect`]),
    ...(location?.protocol === 'https:' && location.hostname === hostname
      ? []
      : [`HTTP leads to ${headers.location ?? 'nowhere'}, not to https://${hostname}`]),
  ];
}

/** The version that was agreed on, or why none was: Node checks the certificate's name, its authority and its days. */
async function tryHandshake(options: ConnectionOptions) {
  let socket: TLSSocket | undefined;
  try {
    socket = connect(options);
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { protocol: socket.getProtocol() ?? 'no TLS', validTo: Date.parse(socket.getPeerCertificate().valid_to) };
  } catch (error) {
    return messageOf(error);
  } finally {
    socket?.destroy();
  }
}
