import { once } from 'node:events';
import type { Server } from 'node:http';

const HOST = '127.0.0.1';

/**
 * Lets a server listen on the loopback interface.
 *
 * @param port 0 chooses one that is free
 * @returns where it answers: `http://127.0.0.1:3000`
 * @throws what Node says when it cannot listen there
 */
export async function listen(server: Server, port = 0): Promise<string> {
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://${HOST}:${address.port}`;
}
