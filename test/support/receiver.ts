import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listen } from '../../local/listen.ts';

/** A request that the receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the receiver answers: by a status, or as it likes. */
export type Answer = number | ((response: ServerResponse) => void);

export interface Receiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Resolves once so many requests have come. */
  readonly got: (count: number) => Promise<void>;
  readonly close: () => void;
}

/** A server that other programs post to: it answers as it is told, the last way for good. */
export async function startReceiver(...answers: readonly Answer[]): Promise<Receiver> {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const answer = answers[Math.min(received.length, answers.length - 1)] ?? 200;
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString() });
    for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    if (typeof answer === 'number') response.writeHead(answer).end('ok');
    else answer(response);
  });
  const origin = await listen(server);
  return {
    origin,
    received,
    got: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
