import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { messageOf } from '../error-message.ts';
import { listen } from '../listen.ts';
import { StartError } from '../start-error.ts';
import { repairIndexes } from './repair-indexes.ts';

/** Another server has the files open. */
export class StoreInUseError extends StartError {
  readonly folder: string;
  /** Where that server's store answers, if it said so. */
  readonly endpoint: string | undefined;

  constructor(folder: string, endpoint: string | undefined) {
    super(`another server uses the data in ${folder}: stop it, or choose another folder with DATA_DIR`);
    this.folder = folder;
    this.endpoint = endpoint;
  }
}

/** A DynamoDB within this process. */
export interface EmbeddedDynamo {
  readonly endpoint: string;
  /** Waits for what is being written, then closes the files. */
  close(): Promise<void>;
}

/**
 * Starts dynalite on a free port of the loopback interface.
 *
 * A write that it acknowledges has been handed to the operating system (LevelDB flushes its log with each write), so it
 * survives the end of the process, though not of the machine.
 *
 * @param dataDir the folder for its files; undefined keeps everything in memory
 * @throws StartError when the folder cannot be written or another process has it open
 */
export async function startEmbeddedDynamo(dataDir?: string): Promise<EmbeddedDynamo> {
  const path = dataDir && join(dataDir, 'dynamodb');
  const closed = dataDir && join(dataDir, CLOSED);
  const place = dataDir && join(dataDir, ENDPOINT);
  if (path && closed && place) await openOnce(path, closed, place);
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
  refuseBrowsers(server);
  const endpoint = await listen(server);
  if (place) writeFileSync(place, endpoint);
  return {
    endpoint,
    close: async () => {
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
      if (closed) writeFileSync(closed, '');
      if (place) rmSync(place, { force: true });
    },
  };
}

/**
 * Has a server answer programs of this machine only. dynalite lets the pages of every origin in, and looks at no Host: a
 * page that finds the port could read and write everything, keys included.
 */
function refuseBrowsers(server: Server): void {
  const serve = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', ({ headers }: IncomingMessage, response: ServerResponse) => {
    const isOfPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
    if (isOfPage || !/^127\.0\.0\.1:\d+$/.test(headers.host ?? '')) response.writeHead(403).end();
  });
  for (const listener of serve) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (!response.writableEnded) listener.call(server, request, response);
    });
  }
}

/** A file beside the data that says where it answers, while a server has it open. */
const ENDPOINT = 'endpoint';
/** A file that lies beside the data while no server has it open, unless one ended without closing it. */
const CLOSED = 'closed';

/**
 * dynalite dies of files that it cannot open, without a word; this finds out first. After a server that was killed it
 * finishes what that one had begun to write.
 */
async function openOnce(path: string, closed: string, place: string): Promise<void> {
  const db = new ClassicLevel<string, unknown>(path, { valueEncoding: 'json' });
  try {
    mkdirSync(path, { recursive: true });
    await db.open();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
      throw new StoreInUseError(path, existsSync(place) ? readFileSync(place, 'utf8') : undefined);
    }
    throw new StartError(`cannot keep data in ${path}: ${messageOf(cause)}; choose another folder with DATA_DIR`);
  }
  if (!existsSync(closed)) await repairIndexes(db);
  rmSync(closed, { force: true });
  await db.close();
}
