import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import dynalite from 'dynalite';
import dynaliteDb from 'dynalite/db/index.js';
import { messageOf } from '../error-message.ts';
import { listen } from '../listen.ts';
import { StartError } from '../start-error.ts';
import { readStoreFiles } from './leveldb/store-files.ts';
import { repairIndexes } from './repair-indexes.ts';
import { unfinishedOf } from './salvage.ts';
import { makeUnfailing } from './unfailing.ts';

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

/** Files that are not as they were written; starting on them would lose more of what can be saved. */
export class StoreDamagedError extends StartError {}

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
 * @param log receives a line when the files cannot be written, and one when they can again
 * @throws StartError when the folder cannot be written, another process has it open, or the files are damaged
 */
export async function startEmbeddedDynamo(dataDir?: string, log = console.error): Promise<EmbeddedDynamo> {
  const path = dataDir && filesOf(dataDir);
  const closed = dataDir && join(dataDir, CLOSED);
  const place = dataDir && join(dataDir, ENDPOINT);
  if (path && closed && place) await openOnce(path, closed, place);
  const { server, files } = createDynalite(path);
  if (dataDir && path) makeUnfailing(files, { place: path, probe: join(dataDir, 'room'), log });
  refuseBrowsers(server);
  const endpoint = await listen(server);
  if (place) note(place, endpoint);
  return {
    endpoint,
    close: async () => {
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
      if (closed) note(closed, '');
      if (place) rmSync(place, { force: true });
    },
  };
}

/** Where a folder of data has LevelDB's files. */
export function filesOf(dataDir: string): string {
  return join(dataDir, 'dynamodb');
}

/** dynalite, and the files that it keeps to itself. */
function createDynalite(path: string | undefined) {
  const { create } = dynaliteDb;
  const made: ReturnType<typeof create>[] = [];
  dynaliteDb.create = (options) => {
    const store = create(options);
    made.push(store);
    return store;
  };
  try {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, ...(path && { path }) });
    const [store] = made;
    if (store === undefined) throw new TypeError('dynalite has made no store.');
    return { server, files: store.db };
  } finally {
    dynaliteDb.create = create;
  }
}

/** Writes a file that is missed by nobody if the disk is full: without it a start takes longer, and a command cannot join. */
function note(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    console.error(`cannot write ${file}: ${messageOf(error)}`);
  }
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
  try {
    if (existsSync(unfinishedOf(path)) && !existsSync(path)) throw damaged(path, ['a rescue was interrupted']);
    mkdirSync(path, { recursive: true });
    if (await isInUse(path)) {
      throw new StoreInUseError(path, existsSync(place) ? readFileSync(place, 'utf8') : undefined);
    }
    const { damage } = readStoreFiles(path);
    if (damage.length > 0)
      throw damaged(
        path,
        damage.map(({ file, problem }) => `${file} ${problem}`),
      );
    await openAndRepair(path, !existsSync(closed));
  } catch (error) {
    if (error instanceof StartError) throw error;
    const cause = causeOf(error);
    throw new StartError(`cannot keep data in ${path}: ${messageOf(cause)}; choose another folder with DATA_DIR`);
  }
  rmSync(closed, { force: true });
}

async function openAndRepair(path: string, wasCut: boolean): Promise<void> {
  const db = new ClassicLevel<string, unknown>(path, { valueEncoding: 'json' });
  await db.open();
  if (wasCut) await repairIndexes(db);
  await db.close();
}

function damaged(path: string, problems: readonly string[]): StoreDamagedError {
  const most = 5;
  const rest = problems.length > most ? [`and ${problems.length - most} more`] : [];
  const all = [...problems.slice(0, most), ...rest].join('; ');
  return new StoreDamagedError(
    `the data in ${path} is damaged: ${all}. Nothing has been changed; npm run doctor says all of it, and ` +
      'npm run doctor -- --save saves what can be saved',
  );
}

/**
 * Whether another process, or this one, has the files open: LevelDB takes its lock before it finds that it is not to open
 * what is there, and so changes nothing.
 */
export async function isInUse(path: string): Promise<boolean> {
  try {
    await new ClassicLevel(path, { createIfMissing: false, errorIfExists: true }).open();
    return false;
  } catch (error) {
    const cause = causeOf(error);
    if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') return true;
    // That they exist, or that they do not.
    if (/error_if_exists|create_if_missing/.test(messageOf(cause))) return false;
    throw error;
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
