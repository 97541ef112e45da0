import { type LookupAddress, lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** How long the other side may take, from the first byte out to the last one in. */
export const ANSWER_MS = 10_000;
/** As much is read of an answer; the rest is not waited for. */
export const MOST_OF_ANSWER = 64 * 1024;

/** Finds all addresses that a name leads to. */
export type Resolve = (
  name: string,
  callback: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface PostOptions {
  /** Whether addresses of this machine and of private networks may be asked, and plain HTTP be spoken. */
  readonly allowPrivate: boolean;
  /** @default - that of the system */
  readonly resolve?: Resolve;
  /** @default ANSWER_MS */
  readonly timeoutMs?: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The beginning of it. */
  readonly text: string;
}

/** The other side could not be asked, or did not answer. The message has nothing of its address, which may be a secret. */
export class PostError extends Error {
  override readonly name = 'PostError';
  /** `forbidden` is one that must not be asked, which no repetition changes; `hung`, that it took all the time that it had. */
  readonly reason: 'forbidden' | 'hung' | 'failed';

  constructor(message: string, reason: PostError['reason']) {
    super(message);
    this.reason = reason;
  }
}

export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<PostAnswer>;

/**
 * Makes what posts to addresses that people gave. It connects to public addresses only: a name is looked up once, and what it
 * leads to is both checked and connected to, so that a name that changes meanwhile leads nowhere else. Redirects are
 * answers like others.
 */
export function createPost({
  allowPrivate,
  resolve: find = resolveBySystem,
  timeoutMs = ANSWER_MS,
}: PostOptions): Post {
  const mayAsk = (address: string) => allowPrivate || isPublicAddress(address);
  const checkedLookup: LookupFunction = (hostname, options, callback) => {
    find(hostname, (error, addresses) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => mayAsk(address));
      const [first] = allowed;
      if (first === undefined) return callback(new PostError(FORBIDDEN, 'forbidden'), '');
      return options.all ? callback(null, [...allowed]) : callback(null, first.address, first.family);
    });
  };

  return (address, headers, body) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
        return reject(new PostError('only https is spoken', 'forbidden'));
      }
      // What is no name is not looked up.
      if (isIP(literal) !== 0 && !mayAsk(literal)) return reject(new PostError(FORBIDDEN, 'forbidden'));
      const request = url.protocol === 'https:' ? requestHttps : requestHttp;
      const outgoing = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'Rollcall' },
        lookup: checkedLookup,
        // A connection of its own: none was made for somebody else, before it was checked.
        agent: false,
      });
      const late = setTimeout(() => {
        outgoing.destroy(new PostError(`no answer within ${timeoutMs / 1000} seconds`, 'hung'));
      }, timeoutMs);
      const fail = (error: unknown) => {
        clearTimeout(late);
        outgoing.destroy();
        reject(error instanceof PostError ? error : new PostError(`no answer (${codeOf(error)})`, 'failed'));
      };
      outgoing.on('socket', (socket) => {
        socket.once('connect', () => {
          if (!mayAsk(socket.remoteAddress ?? '')) outgoing.destroy(new PostError(FORBIDDEN, 'forbidden'));
        });
      });
      outgoing.on('error', fail);
      outgoing.on('response', (response) => {
        readBeginning(response).then((text) => {
          clearTimeout(late);
          outgoing.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        }, fail);
      });
      outgoing.end(body);
    });
}

const resolveBySystem: Resolve = (name, callback) => lookup(name, { all: true }, callback);

const FORBIDDEN = 'it leads to an address that is not of the public internet, which is not asked';

async function readBeginning(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= MOST_OF_ANSWER) break;
  }
  return Buffer.concat(parts).subarray(0, MOST_OF_ANSWER).toString('utf8');
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
