import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import { messageOf, StartError } from './start-error.ts';

/** A DynamoDB within this process. */
export interface EmbeddedDynamo {
  readonly endpoint: string;
  /** Waits for what is being written, then closes the files. */
  close(): Promise<void>;
}

/**
 * Starts dynalite on a free port of the loopback interface.
 *
 * What it acknowledges has been handed to the operating system (LevelDB flushes its log with each write), so it
 * survives the end of the process, though not of the machine.
 *
 * @param dataDir the folder for its files; undefined keeps everything in memory
 * @throws StartError when the folder cannot be written or another process has it open
 */
export async function startEmbeddedDynamo(dataDir?: string): Promise<EmbeddedDynamo> {
  const path = dataDir && join(dataDir, 'dynamodb');
  if (path) await openOnce(path);
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('dynalite has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

/** dynalite dies of files that it cannot open, without a word; this finds out first. */
async function openOnce(path: string): Promise<void> {
  const db = new ClassicLevel(path);
  try {
    mkdirSync(path, { recursive: true });
    await db.open();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
      throw new StartError(`another server uses the data in ${path}: stop it, or choose another folder with DATA_DIR`);
    }
    throw new StartError(`cannot keep data in ${path}: ${messageOf(cause)}; choose another folder with DATA_DIR`);
  }
  await db.close();
}
