import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** The answer to a request. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Message {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Longer than the function may take, and than a cold start. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one request on a connection of its own, and follows no redirect: both are part of what is checked.
 *
 * @throws what Node says when there is no answer, or a certificate that is not valid
 */
export function exchange(url: URL, { method = 'GET', headers = {}, body }: Message = {}): Promise<Reply> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: { 'user-agent': 'rollcall-smoke', ...headers },
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    outgoing.on('response', async (incoming) => {
      try {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: await text(incoming) });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
