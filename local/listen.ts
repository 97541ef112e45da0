import { once } from 'node:events';
import type { Server } from 'node:http';

const LOOPBACK = '127.0.0.1';

/**
 * Lets a server listen, on the loopback interface unless it is told another address.
 *
 * @param port 0 chooses one that is free
 * @param host an address of this machine; 0.0.0.0 or :: for all of them
 * @returns where it answers: `http://127.0.0.1:3000`
 * @throws what Node says when it cannot listen there
 */
export async function listen(server: Server, port = 0, host = LOOPBACK): Promise<string> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
